#include "api/http/multipart.hpp"

#include <sys/mman.h>

#include <cerrno>

#include "base/text.hpp"

namespace homeport::api::http {
namespace {

base::Error bad_form(const char* why) {
  return base::invalid_argument("", std::string("the multipart form cannot be read: ") + why);
}

/// The value of `name` in 'form-data; name="a"; filename="b"', without its quotes; "" if not there.
std::string attribute(std::string_view header, std::string_view name) {
  for (const std::string& piece : base::split(header, ';')) {
    const std::string_view part = base::trim(piece);
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    if (!base::equals_ignoring_case(part.substr(0, equals), name)) continue;
    std::string_view value = part.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    return std::string(value);
  }
  return "";
}

FormPart read_headers(std::string_view headers) {
  FormPart part;
  for (const std::string& line : base::split(headers, '\n')) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    if (!base::equals_ignoring_case(base::trim(line.substr(0, colon)), "Content-Disposition")) {
      continue;
    }
    const std::string_view value = base::trim(std::string_view(line).substr(colon + 1));
    part.name = attribute(value, "name");
    part.file_name = attribute(value, "filename");
  }
  return part;
}

}  // namespace

base::Result<std::unique_ptr<Form>> Form::parse(const Request& request) {
  const std::string_view type = request.headers.get("Content-Type");
  const std::string boundary = attribute(type, "boundary");
  if (!base::to_lower(type).starts_with("multipart/form-data") || boundary.empty()) {
    return bad_form("its Content-Type is not multipart/form-data with a boundary");
  }
  std::unique_ptr<Form> form(new Form());
  HP_TRY(const std::string_view content, form->map(request.body));
  HP_TRYV(form->read_parts(content, boundary));
  return form;
}

Form::~Form() {
  if (mapping_ != nullptr) ::munmap(mapping_, mapped_bytes_);
}

const FormPart* Form::find(std::string_view name) const {
  for (const FormPart& part : parts_) {
    if (part.name == name) return &part;
  }
  return nullptr;
}

base::Result<std::string_view> Form::map(const Body& body) {
  if (!body.file) return std::string_view(body.text);
  void* mapping = ::mmap(nullptr, body.size, PROT_READ, MAP_PRIVATE, body.file->get(), 0);
  if (mapping == MAP_FAILED) return base::system_error("cannot map the request's body", errno);
  mapping_ = mapping;
  mapped_bytes_ = body.size;
  return std::string_view(static_cast<const char*>(mapping), body.size);
}

base::Result<void> Form::read_parts(std::string_view content, const std::string& boundary) {
  const std::string opening = "--" + boundary;
  const std::string delimiter = "\r\n" + opening;
  size_t at = content.find(opening);
  if (at == std::string_view::npos) return bad_form("its boundary is nowhere in it");
  at += opening.size();
  while (!content.substr(at).starts_with("--")) {
    const size_t headers = content.find("\r\n", at);
    const size_t blank = content.find("\r\n\r\n", at);
    if (headers == std::string_view::npos || blank == std::string_view::npos) {
      return bad_form("a part has no end to its headers");
    }
    const size_t end = content.find(delimiter, blank + 2);
    if (end == std::string_view::npos) return bad_form("it is cut off");
    FormPart part = read_headers(content.substr(headers, blank - headers));
    part.content = content.substr(blank + 4, end - std::min(end, blank + 4));
    parts_.push_back(std::move(part));
    at = end + delimiter.size();
  }
  return base::success();
}

}  // namespace homeport::api::http
