#include "api/web/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace homeport::api::web {
namespace {

constexpr double kWidth = 320;
constexpr double kHeight = 90;
constexpr double kMargin = 4;
constexpr size_t kMostPoints = 400;

struct Point {
  double x = 0;
  double y = 0;
};

/// At most kMostPoints or a little more: of each stretch its extremes, in their order.
std::vector<Point> thinned(const std::vector<double>& values) {
  const size_t stretch = std::max<size_t>(1, 2 * values.size() / kMostPoints);
  std::vector<Point> points;
  for (size_t begin = 0; begin < values.size(); begin += stretch) {
    const size_t end = std::min(begin + stretch, values.size());
    size_t low = begin;
    size_t high = begin;
    for (size_t i = begin; i < end; ++i) {
      low = values[i] < values[low] || !std::isfinite(values[low]) ? i : low;
      high = values[i] > values[high] || !std::isfinite(values[high]) ? i : high;
    }
    points.push_back({static_cast<double>(std::min(low, high)), values[std::min(low, high)]});
    if (low != high) {
      points.push_back({static_cast<double>(std::max(low, high)), values[std::max(low, high)]});
    }
  }
  return points;
}

}  // namespace

std::string number_text(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "Infinity" : "-Infinity";
  }
  return fmt::format("{:.6g}", value);
}

std::string line_chart(const std::vector<double>& values) {
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double value) { return std::isfinite(value); });
  if (finite.size() < 2) {
    return "";
  }
  const auto [low, high] = std::minmax_element(finite.begin(), finite.end());
  const double range = *high > *low ? *high - *low : 1;
  const double floor = *high > *low ? *low : *low - 0.5;  // a level line goes through the middle
  const auto last = static_cast<double>(values.size() - 1);
  std::string path;
  bool pen_is_down = false;
  for (const Point& point : thinned(values)) {
    if (!std::isfinite(point.y)) {
      pen_is_down = false;
      continue;
    }
    const double x = kMargin + point.x / last * (kWidth - 2 * kMargin);
    const double y = kHeight - kMargin - (point.y - floor) / range * (kHeight - 2 * kMargin);
    path += fmt::format("{}{:.1f} {:.1f}", pen_is_down ? "L" : "M", x, y);
    pen_is_down = true;
  }
  return fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {0} {1}\" role=\"img\" aria-label=\"from {2} to {3}\">"
      "<path class=\"line\" d=\"{4}\"/></svg><div class=\"range\"><span>min {2}</span><span>max "
      "{3}</span><span>{5} values</span></div>",
      kWidth, kHeight, number_text(*low), number_text(*high), path, values.size());
}

}  // namespace homeport::api::web
