#pragma once

#include <string>
#include <vector>

namespace homeport::api::web {

/// A line through `values` in the order of arrival, as inline SVG; points that are no numbers are
/// gaps. Empty text for fewer than two numbers. Long series are thinned to what a screen can show,
/// keeping the lowest and highest of each stretch.
std::string line_chart(const std::vector<double>& values);

/// A number as people read it: up to 6 significant digits; "NaN", "Infinity".
std::string number_text(double value);

}  // namespace homeport::api::web
