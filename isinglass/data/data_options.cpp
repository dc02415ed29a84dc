#include "isinglass/data/data_options.h"

#include "isinglass/base/error.h"

namespace isinglass {

NameList NameList::read(const Value& v) {
  if (v.as_string() != nullptr) return {{*v.as_string()}};
  if (v.as_array() == nullptr) detail::wrong_type(v, kTypeName);
  return {OptionType<std::vector<std::string>>::read(v, {})};
}

Value NameList::write() const {
  if (names.empty()) return {};
  if (names.size() == 1) return names[0];
  return OptionType<std::vector<std::string>>::write(names);
}

DataPart DataPart::read(const Value& v) {
  DataPart part;
  if (v.as_table() == nullptr)
    part.files = NameList::read(v);
  else
    read_options(v, part, "a part of [data]");
  return part;
}

Value DataPart::write() const {
  if (empty()) return {};
  const Value table = write_options(*this);
  return files.empty() ? table : files.write();
}

bool DataPart::empty() const {
  return files.empty() && inputs.is_null() && targets.is_null() && rows.is_null() && generator.is_null();
}

DataPart DataOptions::training_part() const {
  const int given = !train.empty() + !inputs.is_null() + !rows.is_null() + !generator.is_null();
  if (given != 1)
    throw OptionError("[data] needs exactly one of source, train, inputs, rows and generator, found " +
                      (given == 0 ? "none" : std::to_string(given + !source.empty())));
  if (!targets.is_null() && inputs.is_null())
    throw OptionError(targets.where() + "[data] has targets but no inputs to go with them");
  if (!train.empty()) return train;
  return {.inputs = inputs, .targets = targets, .rows = rows, .generator = generator};
}

}  // namespace isinglass
