#include "app/embedded_wheel.hpp"

#include <cstddef>

// Defined by the assembly that cmake/wheel.cmake generates.
extern "C" {
extern const char kHomeportWheelBegin[];
extern const char kHomeportWheelEnd[];
extern const char kHomeportWheelName[];
extern const char kHomeportUtilitiesBegin[];
extern const char kHomeportUtilitiesEnd[];
}

namespace homeport::app {

std::string_view embedded_wheel() {
  return {kHomeportWheelBegin, static_cast<size_t>(kHomeportWheelEnd - kHomeportWheelBegin)};
}

std::string_view embedded_utilities() {
  return {kHomeportUtilitiesBegin,
          static_cast<size_t>(kHomeportUtilitiesEnd - kHomeportUtilitiesBegin)};
}

std::string_view embedded_wheel_name() {
  return kHomeportWheelName;
}

}  // namespace homeport::app
