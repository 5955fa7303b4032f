#pragma once

#include <string>
#include <vector>

namespace homeport::cli {

/// A table for people: a heading, then rows, columns padded to their widest cell and set apart by
/// two blanks. Numbers stand to the right.
class Table {
 public:
  enum class Align { Left, Right };
  struct Column {
    std::string title;
    Align align = Align::Left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell per column; control characters become '?', so that a name cannot move the cursor.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  /// Every line with its line end; no blanks at the end of a line.
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Text that came from elsewhere, safe to print on a terminal: control characters become '?'.
std::string printable(std::string text);

}  // namespace homeport::cli
