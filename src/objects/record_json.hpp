#pragma once

#include <boost/json.hpp>

#include "objects/object_store.hpp"

/// How the small files beside the trees say what they keep. Reading throws where a text is none of
/// ours; who reads catches.
namespace homeport::objects {

boost::json::array to_json(const Metadata& metadata);
boost::json::object to_json(const ContentProperties& properties);
boost::json::object to_json(const CopyRecord& copy);
boost::json::object to_json(const ObjectTraits& traits);
boost::json::object to_json(const Lease& lease);

Metadata metadata_of(const boost::json::value& value);
ContentProperties properties_of(const boost::json::value& value);
CopyRecord copy_of(const boost::json::value& value);
ObjectTraits traits_of(const boost::json::value& value);
Lease lease_of(const boost::json::value& value);

/// Microseconds since 1970.
int64_t to_number(base::TimePoint time);
base::TimePoint time_of(const boost::json::value& value);

}  // namespace homeport::objects
