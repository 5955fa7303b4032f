#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace homeport::api::http {

/// One named figure of the service as Prometheus knows it, with a value for each set of labels.
struct Figure {
  enum class Kind { Gauge, Counter };
  using Labels = std::vector<std::pair<std::string, std::string>>;
  struct Value {
    Labels labels;
    double value = 0;
  };

  std::string name;  ///< "homeport_runs"; a counter's ends with "_total"
  std::string help;
  Kind kind = Kind::Gauge;
  std::vector<Value> values;
};

/// Reads figures at the moment they are asked for. Called on a worker thread, several at once.
using FigureSource = std::function<std::vector<Figure>()>;

}  // namespace homeport::api::http
