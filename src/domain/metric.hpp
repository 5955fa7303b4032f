#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace homeport::domain {

/// One row of a metric: a scalar is a row with one cell; a table has several.
struct MetricRow {
  std::string metric_id;  ///< made by the client; the same id twice is one row
  base::TimePoint created_at{};
  std::string cells;  ///< JSON object, column -> value; NaN and Infinity as bare tokens

  bool operator==(const MetricRow&) const = default;
};

/// Rows of one name. Columns and kind are those of the latest batch.
struct MetricSeries {
  std::string name;
  std::string columns;     ///< JSON object, column -> type
  std::string properties;  ///< JSON object, as the client sent it (its kind of chart)
  std::vector<MetricRow> rows;

  bool operator==(const MetricSeries&) const = default;
};

}  // namespace homeport::domain
