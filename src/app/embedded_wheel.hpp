#pragma once

#include <string_view>

namespace homeport::app {

/// The wheel of the `azureml` package that was built with this binary; lives as long as the
/// program.
std::string_view embedded_wheel();

/// A zip of the package `utilities`, which programs of the Batch AI years import. It is not in the
/// wheel: nobody who installs `azureml` wants a second package of so common a name.
std::string_view embedded_utilities();

/// The wheel's file name, as PEP 427 wants it: "homeport_azureml-0.1.0-py3-none-any.whl".
std::string_view embedded_wheel_name();

}  // namespace homeport::app
