#pragma once

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/policy/terminate.hpp>
#include <boost/outcome/try.hpp>

#include "base/error.hpp"

namespace homeport::base {

/// A T, or the Error that kept it from being made. Taking the value of an error ends the process:
/// look first, or pass the error on with BOOST_OUTCOME_TRY (never inside a coroutine's expression:
/// use BOOST_OUTCOME_CO_TRY there).
template <typename T>
using Result = boost::outcome_v2::basic_result<T, Error, boost::outcome_v2::policy::terminate>;

inline auto success() {
  return boost::outcome_v2::success();
}

}  // namespace homeport::base

/// TRY(auto x, f()): x is f's value, or the enclosing function returns f's error. TRYV(f()) for
/// Result<void>.
#define HP_TRY(declaration, ...) BOOST_OUTCOME_TRY(declaration, __VA_ARGS__)
#define HP_TRYV(...) BOOST_OUTCOME_TRYV(__VA_ARGS__)
