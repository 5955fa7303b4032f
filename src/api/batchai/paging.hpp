#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "api/http/message.hpp"

/// Lists a page at a time: {"value":[…],"nextLink":"…"}. Whoever follows nextLink adds nothing to
/// it.
namespace homeport::api::batchai {

inline constexpr size_t kLargestPage = 1000;

struct Page {
  size_t size = kLargestPage;
  std::string after;  ///< as the link to this page said it; empty: the first page
};

/// From maxresults and $skiptoken. InvalidArgument naming the parameter: not 1 to 1,000, or a token
/// that is none of ours.
base::Result<Page> page_of(const http::Request& request);

/// One page; `next` is the `after` of the next, empty on the last.
http::Response page_response(const http::Request& request, boost::json::array value,
                             const std::string& next);

struct Entry {
  std::string key;  ///< names it among the others; it stands where its key in lower case does
  boost::json::object value;
};

/// A page of a list that is all there, sorted by key. What comes or goes between two pages moves
/// nothing else into or out of them.
http::Response page_of_all(const http::Request& request, const Page& page,
                           std::vector<Entry> entries);

}  // namespace homeport::api::batchai
