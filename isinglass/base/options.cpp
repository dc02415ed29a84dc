#include "isinglass/base/options.h"

namespace isinglass {

std::string Constraint::text() const {
  if (!choices.empty()) {
    std::string text = "one of";
    for (const std::string& choice : choices) text += (&choice == &choices[0] ? " " : ", ") + choice;
    return text;
  }
  const bool has_low = std::isfinite(low), has_high = std::isfinite(high);
  if (has_low && has_high)
    return std::string("in ") + (low_open ? "(" : "[") + number_text(low) + ", " + number_text(high) +
           (high_open ? ")" : "]");
  if (has_low) return (low_open ? "greater than " : "at least ") + number_text(low);
  if (has_high) return (high_open ? "less than " : "at most ") + number_text(high);
  return "";
}

namespace detail {

void wrong_type(const Value& v, std::string_view expected) {
  throw OptionError(v.where() + "expected " + std::string(expected) + ", got the " + std::string(v.type_name()) + " " +
                    v.preview());
}

void check_number(const Value& v, double x, const Constraint& c) {
  if (!c.allows(x)) throw OptionError(v.where() + "expected a number " + c.text() + ", got " + v.preview());
}

void check_choice(const Value& v, const std::string& text, const Constraint& c) {
  if (c.choices.empty() || std::find(c.choices.begin(), c.choices.end(), text) != c.choices.end()) return;
  const std::string hint = did_you_mean(text, c.choices);
  throw OptionError(v.where() + "unknown value '" + text + "', expected " + c.text() +
                    (hint.starts_with("; did") ? hint : ""));
}

void unknown_key(const Value& table, const std::string& key, const Value& value, std::string_view what,
                 const std::vector<std::string>& known) {
  throw OptionError((value.where().empty() ? table : value).where() + std::string(what) + " has no setting '" + key +
                    "'" + did_you_mean(key, known));
}

void missing_key(const Value& table, const std::string& key, std::string_view what, const std::string& help) {
  throw OptionError(table.where() + std::string(what) + " needs the setting '" + key + "': " + help);
}

}  // namespace detail
}  // namespace isinglass
