// What an e-paper at a door remembers while it sleeps, and how it draws the PNG that comes over MQTT.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include <esp_attr.h>
#include <nvs.h>
#include <pngle.h>

#include "esphome/components/display/display.h"
#include "esphome/core/application.h"

namespace door {

constexpr uint32_t SHORTEST_S = 60, LONGEST_S = 600;
constexpr size_t BITE = 512;  // bytes of PNG between two signs of life for the watchdog

/// What is on the paper; lives through sleep, not through an empty battery.
struct Shown {
  char etag[33];
  int64_t rendered_at, valid_until;  // milliseconds, UTC
  bool is_stale;
};
RTC_DATA_ATTR Shown shown;

// What came since it woke.
static std::string heard_png, heard_etag;
static int64_t heard_rendered_at, heard_valid_until;
static uint32_t heard_wake_s;
static bool has_png, has_meta;

inline void heard_picture(const std::string &png) {
  heard_png = png;
  has_png = true;
}

inline void heard_meta(const std::string &etag, int64_t rendered_at, int64_t valid_until, uint32_t wake_s) {
  heard_etag = etag.substr(0, sizeof(shown.etag) - 1);
  heard_rendered_at = rendered_at;
  heard_valid_until = valid_until;
  heard_wake_s = wake_s;
  has_meta = true;
}

inline bool heard_all() { return has_png && has_meta; }

/// The picture that was shown last, from flash: the memory does not live through sleep.
inline std::string kept() {
  std::string png;
  nvs_handle_t flash;
  size_t size = 0;
  if (nvs_open("door", NVS_READONLY, &flash) != ESP_OK) return png;
  if (nvs_get_blob(flash, "png", nullptr, &size) == ESP_OK && size > 0) {
    png.resize(size);
    if (nvs_get_blob(flash, "png", &png[0], &size) != ESP_OK) png.clear();
  }
  nvs_close(flash);
  return png;
}

inline void keep(const std::string &png) {
  nvs_handle_t flash;
  if (nvs_open("door", NVS_READWRITE, &flash) != ESP_OK) return;
  if (nvs_set_blob(flash, "png", png.data(), png.size()) == ESP_OK) nvs_commit(flash);
  nvs_close(flash);
}

/// Take what came, and tell whether something else must stand on the paper now.
/// `now`: milliseconds, UTC; 0 if nobody knows the time: then news is true, and silence is not.
inline bool is_other(int64_t now, std::string &picture) {
  const bool is_gone = has_png && heard_png.empty();  // no room of the house any more: keep, and mark
  const bool is_new = heard_all() && !is_gone && heard_etag != shown.etag;
  if (is_new) {
    picture = heard_png;
    keep(picture);
    strncpy(shown.etag, heard_etag.c_str(), sizeof(shown.etag) - 1);
  }
  if (has_meta && heard_etag == shown.etag) {
    shown.rendered_at = heard_rendered_at;
    shown.valid_until = heard_valid_until;
  }
  const bool is_stale = is_gone || (now > 0 ? now >= shown.valid_until : !has_meta);
  const bool is_turned = is_stale != shown.is_stale;
  shown.is_stale = is_stale;
  return is_new || is_turned;
}

/// How long to sleep: what the house says; without news it looks again soon enough to turn stale in time.
inline uint32_t sleep_s() {
  const uint32_t wanted = has_meta ? heard_wake_s : LONGEST_S / 2;
  return wanted < SHORTEST_S ? SHORTEST_S : wanted > LONGEST_S ? LONGEST_S : wanted;
}

inline void draw(esphome::display::Display &it, const std::string &png) {
  it.fill(esphome::display::COLOR_OFF);
  pngle_t *decoder = pngle_new();
  if (decoder == nullptr) return;
  pngle_set_user_data(decoder, &it);
  pngle_set_draw_callback(decoder, [](pngle_t *of, uint32_t x, uint32_t y, uint32_t, uint32_t, const uint8_t rgba[4]) {
    auto *paper = static_cast<esphome::display::Display *>(pngle_get_user_data(of));
    if (rgba[0] < 128) paper->draw_pixel_at(x, y, esphome::display::COLOR_ON);
  });
  for (size_t at = 0; at < png.size();) {
    esphome::App.feed_wdt();
    const int fed = pngle_feed(decoder, png.data() + at, std::min<size_t>(png.size() - at, BITE));
    if (fed <= 0) break;  // no PNG
    at += fed;
  }
  pngle_destroy(decoder);
}

}  // namespace door
