"""Settings: defaults, file and environment; every error at once."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import FILE, KINDS, LARGEST, VARIABLES, Settings, load
from config.wrong import Problem, SettingsError

ROOT = Path(__file__).parents[2]


def house(folder: Path, text: str | bytes) -> Path:
    (folder / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def errors_of(folder: Path, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(folder, environ or {})
    return [str(wrong) for wrong in caught.value.errors]


def test_a_machine_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, {})

    assert settings.kiosk.languages == ("de", "en")
    assert settings.kiosk.idle_seconds == 45
    assert settings.log.folder == tmp_path / "log"


def test_the_file_wins_over_the_defaults_and_the_environment_over_the_file(tmp_path: Path) -> None:
    house(tmp_path, '[kiosk]\ntheme = "dark"\nsound = false\n[scanner]\ngap_ms = 80\n')

    settings = load(tmp_path, {"TEILHAUS_SCANNER_GAP_MS": "120", "TEILHAUS_KIOSK_LANGUAGES": "en, de"})

    assert (settings.kiosk.theme, settings.kiosk.sound) == ("dark", False)
    assert settings.scanner.gap_ms == 120
    assert settings.kiosk.languages == ("en", "de")


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    house(tmp_path, b'\xef\xbb\xbf[kiosk]\r\ntheme = "dark"\r\n')

    assert load(tmp_path, {}).kiosk.theme == "dark"


def test_everything_that_is_wrong_is_told_at_once_with_a_guess(tmp_path: Path) -> None:
    house(
        tmp_path, '[kiosk]\nsuond = true\n[log]\nlevel = "inof"\n[scaner]\nx = 1\n[scanner]\ngap_ms = 1.5\n'
    )

    errors = errors_of(tmp_path, {"TEILHAUS_LOG_LEVLE": "info"})

    assert errors == [  # sorted by place and key
        "environment: TEILHAUS_LOG_LEVLE is not a setting. Did you mean TEILHAUS_LOG_LEVEL?",
        "teilhaus.toml: kiosk.suond is not a setting. Did you mean kiosk.sound?",
        "teilhaus.toml: log.level cannot be 'inof'; it must be one of error, warning, info, debug. Did you mean info?",  # noqa: E501 - a line as it is shown
        "teilhaus.toml: scaner is not a setting. Did you mean scanner?",
        "teilhaus.toml: scanner.gap_ms cannot be 1.5; it must be a whole number from 10 to 500.",
    ]


def test_other_variables_of_ours_are_left_alone(tmp_path: Path) -> None:
    load(tmp_path, {"TEILHAUS_DATA": "/somewhere", "TEILHAUS_TEST_POSTGRES": "x", "PATH": "/bin"})


def test_a_password_is_taken_from_the_environment_and_never_shown(tmp_path: Path) -> None:
    settings = load(tmp_path, {"TEILHAUS_DATABASE_PASSWORD": "swordfish"})

    assert settings.database.password == "swordfish"
    assert "swordfish" not in repr(settings)
    assert "swordfish" not in repr(settings.database.__rich_repr__())


def test_a_password_in_a_file_or_an_address_is_refused_without_repeating_it(tmp_path: Path) -> None:
    house(tmp_path, '[database]\npassword = "swordfish"\nurl = "postgresql://me:swordfish@server/house"\n')

    errors = errors_of(tmp_path)

    assert len(errors) == 2
    assert "swordfish" not in "".join(errors)
    assert "TEILHAUS_DATABASE_PASSWORD" in errors[0]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "postgresql://me@server/house",
        "postgres://server:5432/house",
        "postgresql://me@/house?host=/run/pg",
    ],
)
def test_the_addresses_of_a_database_are_taken(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, {"TEILHAUS_DATABASE_URL": url}).database.url == url


@pytest.mark.parametrize(
    "url", ["mysql://x", "/house.db", "postgresql://server/x?password=y", "postgresql://a b"]
)
def test_other_addresses_of_a_database_are_refused(tmp_path: Path, url: str) -> None:
    assert len(errors_of(tmp_path, {"TEILHAUS_DATABASE_URL": url})) == 1


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"[", b"a = " + b"[" * 50_000, b"a = " + b"9" * 9_000, b"\x00", b" " * (LARGEST + 1)],
    ids=["not utf-8", "not toml", "too deep", "too long a number", "nul", "too large"],
)
def test_a_file_that_cannot_be_read_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    house(tmp_path, content)

    with pytest.raises(SettingsError) as caught:
        load(tmp_path, {})

    assert [wrong.problem for wrong in caught.value.errors] == [Problem.UNREADABLE]


def test_a_folder_in_place_of_the_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()

    assert len(errors_of(tmp_path)) == 1


def test_what_stands_in_a_file_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    house(tmp_path, '[kiosk]\n"\\u001b]0;owned\\u0007" = 1\ntheme = "\\u001b[2J\\u202e"\n')

    assert all(line.isprintable() for line in errors_of(tmp_path))


def test_a_home_folder_mark_is_refused_and_makes_no_folder_of_that_name(tmp_path: Path) -> None:
    house(tmp_path, '[log]\nfolder = "~/copies"\n')

    assert "log.folder" in errors_of(tmp_path)[0]


def test_every_default_is_documented_with_its_value_and_nothing_else_is() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `(\w+\.\w+)` \| (.+?) \|", page, flags=re.MULTILINE))
    defaults = tomllib.loads((ROOT / "config/defaults.toml").read_text(encoding="utf-8"))
    written = {
        f"{section}.{name}": value for section, table in defaults.items() for name, value in table.items()
    }

    assert documented.keys() == KINDS.keys() == written.keys()
    for key, value in written.items():
        said = documented[key].strip("`")
        expected = str(value).lower() if isinstance(value, bool) else str(value).replace("'", '"')
        assert said == (expected or "*(empty)*")


def test_the_example_in_the_documentation_can_be_used(tmp_path: Path) -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    house(tmp_path, example)

    assert load(tmp_path, {}).kiosk.theme == "high-contrast"


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1000, 1000),
    st.floats(),
    st.text(),
    st.sampled_from(["dark", "de"]),
).filter(lambda value: value is not None)


def toml_of(value: object) -> str:
    """Write `value` as TOML; strings as basic strings with every character escaped."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(char):08x}" for char in value) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_of, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml_of(name)} = {toml_of(one)}" for name, one in value.items()) + "}"
    return str(value)


names = st.one_of(st.sampled_from([part for key in KINDS for part in key.split(".")]), st.text(max_size=8))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)


def loads_or_tells(folder: Path, environ: dict[str, str]) -> None:
    try:
        assert isinstance(load(folder, environ), Settings)
    except SettingsError as error:
        told = [str(wrong) for wrong in error.errors]
    else:
        told = ["nothing is wrong"]
    assert told
    assert all(line.isprintable() for line in told)


@given(tables=st.dictionaries(names, values, max_size=5))
def test_any_toml_gives_settings_or_tells_what_is_wrong(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, object]
) -> None:
    text = "\n".join(f"{toml_of(name)} = {toml_of(value)}" for name, value in tables.items())
    loads_or_tells(house(tmp_path_factory.getbasetemp(), text), {})


@given(content=st.binary(max_size=200))
def test_any_bytes_give_settings_or_tell_what_is_wrong(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    loads_or_tells(house(tmp_path_factory.getbasetemp(), content), {})


@given(environ=st.dictionaries(st.sampled_from(sorted(VARIABLES)), st.text()))
def test_any_environment_gives_settings_or_tells_what_is_wrong(environ: dict[str, str]) -> None:
    loads_or_tells(Path("/nowhere"), environ)
