#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace homeport::ledger::memory {

/// How to take back what a write has done so far, newest step first.
class UndoLog {
 public:
  void add(std::function<void()> step) { steps_.push_back(std::move(step)); }
  void roll_back() {
    for (; !steps_.empty(); steps_.pop_back()) steps_.back()();
  }
  void forget() { steps_.clear(); }

 private:
  std::vector<std::function<void()>> steps_;
};

/// A sorted table whose changes can be taken back through an UndoLog, which must outlive it.
template <typename Key, typename Value>
class Table {
 public:
  explicit Table(UndoLog& undo) : undo_(undo) {}

  /// Null if there is none; valid until the next change of this row.
  const Value* find(const Key& key) const {
    const auto at = rows_.find(key);
    return at == rows_.end() ? nullptr : &at->second;
  }

  void put(const Key& key, Value value) {
    remember(key);
    rows_.insert_or_assign(key, std::move(value));
  }

  void erase(const Key& key) {
    remember(key);
    rows_.erase(key);
  }

  template <typename Condition>
  void erase_if(Condition condition) {
    for (auto at = rows_.begin(); at != rows_.end();) {
      const auto next = std::next(at);
      if (condition(at->second)) erase(Key(at->first));
      at = next;
    }
  }

  const std::map<Key, Value>& rows() const { return rows_; }

 private:
  void remember(const Key& key) {
    const Value* before = find(key);
    undo_.add([this, key, old = before ? std::optional<Value>(*before) : std::nullopt] {
      if (old) {
        rows_.insert_or_assign(key, *old);
      } else {
        rows_.erase(key);
      }
    });
  }

  UndoLog& undo_;
  std::map<Key, Value> rows_;
};

}  // namespace homeport::ledger::memory
