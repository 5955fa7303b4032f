#pragma once

#include <map>
#include <optional>
#include <utility>

namespace homeport::service::control {

/// A map whose changes since the last keep() can be taken back or listed. One thread.
template <typename Key, typename Value>
class JournaledMap {
 public:
  const std::map<Key, Value>& all() const { return values_; }
  /// Null if there is none.
  const Value* find(const Key& key) const {
    const auto at = values_.find(key);
    return at == values_.end() ? nullptr : &at->second;
  }
  /// The same, to be changed.
  Value* edit(const Key& key) {
    const auto at = values_.find(key);
    if (at == values_.end()) return nullptr;
    before_.try_emplace(key, at->second);
    return &at->second;
  }
  Value& put(const Key& key, Value value) {
    const auto at = values_.find(key);
    if (at == values_.end()) {
      before_.try_emplace(key, std::nullopt);
    } else {
      before_.try_emplace(key, at->second);
    }
    return values_.insert_or_assign(key, std::move(value)).first->second;
  }
  void erase(const Key& key) {
    const auto at = values_.find(key);
    if (at == values_.end()) return;
    before_.try_emplace(key, std::move(at->second));
    values_.erase(at);
  }

  /// What each changed key held before; nullopt: nothing.
  const std::map<Key, std::optional<Value>>& before() const { return before_; }
  void keep() { before_.clear(); }
  void take_back() {
    for (auto& [key, value] : before_) {
      if (value) {
        values_.insert_or_assign(key, std::move(*value));
      } else {
        values_.erase(key);
      }
    }
    before_.clear();
  }

 private:
  std::map<Key, Value> values_;
  std::map<Key, std::optional<Value>> before_;
};

}  // namespace homeport::service::control
