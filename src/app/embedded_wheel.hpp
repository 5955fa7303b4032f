#pragma once

#include <string_view>

namespace homeport::app {

/// The wheel of the `azureml` package that was built with this binary; lives as long as the
/// program.
std::string_view embedded_wheel();

/// Its file name, as PEP 427 wants it: "homeport_azureml-0.1.0-py3-none-any.whl".
std::string_view embedded_wheel_name();

}  // namespace homeport::app
