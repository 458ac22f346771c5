#include "ganglion/serve/http/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "ganglion/base/check.h"

namespace ganglion::serve::http {
namespace {

std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

void AppendNumber(std::size_t value, int base, std::string& out) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base);
  out.append(digits.data(), end.ptr);
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
void AppendDate(TimeNs wall_ns, std::string& out) {
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds now{std::chrono::seconds(wall_ns / 1_s)};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  std::array<char, 48> text;
  const int size = std::snprintf(
      text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
      kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
      kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  out.append(text.data(), std::min(static_cast<std::size_t>(size), text.size() - 1));
}

void AppendField(std::string_view name, std::string_view value, std::string& out) {
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  };
  if (std::ranges::any_of(name, is_control) || std::ranges::any_of(value, is_control)) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

bool HasField(const Headers& headers, std::string_view name) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::any_of(
      headers, [&](const auto& field) { return std::ranges::equal(field.first, name, {}, lower); });
}

}  // namespace

bool StatusHasBody(int status) { return status >= 200 && status != 204 && status != 304; }

void AppendHead(const Response& response, const HeadForm& form, std::string& out) {
  GN_CHECK(response.status >= 200 && response.status <= 599);
  out.append("HTTP/1.1 ");
  AppendNumber(static_cast<std::size_t>(response.status), 10, out);
  out.append(" ").append(Reason(response.status)).append("\r\nDate: ");
  AppendDate(form.wall_ns, out);
  out.append("\r\n");
  AppendField("x-request-id", form.id, out);
  AppendField("X-Content-Type-Options", "nosniff", out);
  if (!HasField(response.headers, "cache-control")) AppendField("Cache-Control", "no-store", out);
  for (const auto& [name, value] : response.headers) AppendField(name, value, out);
  if (form.extra != nullptr) {
    for (const auto& [name, value] : *form.extra) AppendField(name, value, out);
  }
  if (StatusHasBody(response.status)) {
    if (!response.content_type.empty()) AppendField("Content-Type", response.content_type, out);
    if (form.body == HeadForm::Body::kLength) {
      out.append("Content-Length: ");
      AppendNumber(form.length, 10, out);
      out.append("\r\n");
    } else if (form.body == HeadForm::Body::kChunks) {
      out.append("Transfer-Encoding: chunked\r\n");
    }
  }
  if (!form.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (!form.is_http_1_1) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

void AppendChunk(std::string_view bytes, std::string& out) {
  GN_CHECK(!bytes.empty());
  AppendNumber(bytes.size(), 16, out);
  out.append("\r\n").append(bytes).append("\r\n");
}

}  // namespace ganglion::serve::http
