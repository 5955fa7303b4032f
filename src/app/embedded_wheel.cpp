#include "app/embedded_wheel.hpp"

#include <cstddef>

extern "C" {
extern const char homeport_wheel_begin[];
extern const char homeport_wheel_end[];
}

namespace homeport::app {

std::string_view embedded_wheel() {
  return {homeport_wheel_begin, static_cast<size_t>(homeport_wheel_end - homeport_wheel_begin)};
}

std::string_view embedded_wheel_name() {
  return HOMEPORT_WHEEL_NAME;
}

}  // namespace homeport::app
