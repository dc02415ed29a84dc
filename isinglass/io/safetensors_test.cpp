#include "isinglass/io/safetensors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"

namespace isinglass {
namespace {

using namespace std::string_literals;

std::string with_length(std::uint64_t length, const std::string& rest) {
  std::string bytes;
  append_number(bytes, length, ByteOrder::kLittle);
  return bytes + rest;
}

std::string file(const std::string& header, std::size_t buffer_size = 0) {
  return with_length(header.size(), header + std::string(buffer_size, '\0'));
}

// A header with one tensor "w".
std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"w":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}

// Two U8 tensors "a" and "b".
std::string two(const std::string& shape_a, const std::string& offsets_a, const std::string& shape_b,
                const std::string& offsets_b) {
  return R"({"a":{"dtype":"U8","shape":)" + shape_a + R"(,"data_offsets":)" + offsets_a +
         R"(},"b":{"dtype":"U8","shape":)" + shape_b + R"(,"data_offsets":)" + offsets_b + "}}";
}

std::string metadata(const std::string& value) {
  return R"({"__metadata__":)" + value + "}";
}

struct Vector {
  const char* kind;
  std::string bytes;
  const char* message;  // part of the error's text; null for a file that is good
};

std::vector<Vector> framing_vectors() {
  const std::string good = one("U8", "[2]", "[0,2]");
  return {
      {"empty file", "", "header length"},
      {"seven bytes", std::string(7, '\0'), "header length"},
      {"length zero", with_length(0, ""), "an empty one"},
      {"length one", with_length(1, "{"), "JSON"},
      {"length beyond the file", with_length(20, "{}"), "truncated"},
      {"length beyond the file by one", with_length(3, "{}"), "truncated"},
      {"length above the limit", with_length(100'000'001, "{}"), "at most 100000000"},
      {"length 2^63", with_length(std::uint64_t{1} << 63, "{}"), "at most 100000000"},
      {"length 2^64 - 1", with_length(~std::uint64_t{0}, "{}"), "at most 100000000"},
      {"length 2^64 - 8, which wraps", with_length(~std::uint64_t{7}, "{}"), "at most 100000000"},
      {"length in big-endian", "\0\0\0\0\0\0\0\2{}"s, "at most 100000000"},
      {"length that cuts the JSON", with_length(good.size() - 1, good + "\0\0"s), "JSON"},
      {"no tensor", file("{}"), nullptr},
      {"no tensor, but a byte", file("{}", 1), "1 more bytes"},
      {"spaces as padding", file(good + "    ", 2), nullptr},
      {"newlines between the tokens",
       file("{\n\"w\" :\t{\"dtype\":\"U8\",\"shape\":[ ],\"data_offsets\":[0 , 1]}\r}", 1), nullptr},
      {"zero bytes as padding", file(good + "\0\0\0\0"s, 2), "zero byte"},
      {"zero byte within a name", file("{\"a\0b\":{}}"s), "zero byte"},
      {"text behind the object", file(good + "x", 2), "JSON"},
      {"a second object behind the first", file("{}{}"), "JSON"},
      {"a space before the object", file(" " + good, 2), "begins with '{'"},
      {"a byte order mark", file("\xEF\xBB\xBF{}"), "begins with '{'"},
      {"an array", file("[]"), "begins with '{'"},
      {"null", file("null"), "begins with '{'"},
      {"an object in UTF-16", file("{\0}\0"s), "zero byte"},
      {"one byte missing", file(good, 1), "between 0 and 1, found 2"},
      {"one byte too many", file(good, 3), "1 more bytes"},
      {"a second file behind the first", file(good, 2) + file(good, 2), "more bytes"},
  };
}

std::vector<Vector> json_vectors() {
  return {
      {"not closed", file("{"), "JSON"},
      {"trailing comma", file(R"({"__metadata__":{},})"), "JSON"},
      {"comment", file("{/* */}"), "JSON"},
      {"single quotes", file("{'__metadata__':{}}"), "JSON"},
      {"key without quotes", file("{w:{}}"), "JSON"},
      {"control character in a name", file("{\"a\nb\":{}}"), "JSON"},
      {"lone high surrogate", file(metadata(R"({"a":"\ud800"})")), "JSON"},
      {"lone low surrogate", file(metadata(R"({"a":"\udc00"})")), "JSON"},
      {"high surrogate and letter", file(metadata(R"({"a":"\ud800x"})")), "JSON"},
      {"two high surrogates", file(metadata(R"({"a":"\ud800\ud800"})")), "JSON"},
      {"surrogate pair", file(metadata(R"({"a":"\ud83d\ude00"})")), nullptr},
      {"surrogate in UTF-8", file(metadata("{\"a\":\"\xED\xA0\x80\"}")), "JSON"},
      {"overlong UTF-8, 2 bytes", file(metadata("{\"a\":\"\xC0\xAF\"}")), "JSON"},
      {"overlong UTF-8, 3 bytes", file(metadata("{\"a\":\"\xE0\x80\xAF\"}")), "JSON"},
      {"UTF-8 beyond U+10FFFF", file(metadata("{\"a\":\"\xF4\x90\x80\x80\"}")), "JSON"},
      {"UTF-8 cut short", file(metadata("{\"a\":\"\xE2\x82\"}")), "JSON"},
      {"continuation byte alone", file(metadata("{\"a\":\"\x80\"}")), "JSON"},
      {"Latin-1", file(metadata("{\"a\":\"\xFC\"}")), "JSON"},
      {"UTF-8", file(metadata("{\"a\":\"\xC3\xBC \xE2\x82\xAC \xF0\x9F\x98\x80\"}")), nullptr},
      {"unknown escape", file(metadata(R"({"a":"\x41"})")), "JSON"},
      {"short escape", file(metadata(R"({"a":"\u12"})")), "JSON"},
      {"escaped zero character", file(metadata(R"({"a\u0000b":"\u0000"})")), nullptr},
      {"NaN", file(one("U8", "[NaN]", "[0,0]")), "JSON"},
      {"100,000 arrays, nested", file(one("U8", std::string(100'000, '['), "[0,0]")), "extents"},
      {"100,000 objects, nested", file([] {
         std::string text = "{";
         for (int i = 0; i < 100'000; ++i) text += "\"a\":{";
         return text;
       }()),
       "dtype, shape and data_offsets"},
      {"deep metadata", file(metadata(R"({"a":[[[[]]]]})")), "text as every value"},
  };
}

std::vector<Vector> field_vectors() {
  const std::string good = R"("dtype":"U8","shape":[1],"data_offsets":[0,1])";
  const auto w = [](const std::string& fields) { return "{\"w\":{" + fields + "}}"; };
  return {
      {"fields in another order", file(w(R"("data_offsets":[0,1],"shape":[1],"dtype":"U8")"), 1), nullptr},
      {"fields spelt by escapes", file(w(R"("\u0064type":"U\u0038","shape":[1],"data_offsets":[0,1])"), 1), nullptr},
      {"unknown field", file(w(good + R"(,"note":"x")"), 1), R"("note")"},
      {"no dtype", file(w(R"("shape":[1],"data_offsets":[0,1])"), 1), "each once, found fewer"},
      {"no shape", file(w(R"("dtype":"U8","data_offsets":[0,1])"), 1), "each once, found fewer"},
      {"no offsets", file(w(R"("dtype":"U8","shape":[1])"), 1), "each once, found fewer"},
      {"no fields", file(w("")), "each once, found fewer"},
      {"field twice", file(w(good + R"(,"shape":[1])"), 1), R"("shape")"},
      {"field twice, once by escapes", file(w(good + R"(,"sh\u0061pe":[1])"), 1), R"("shape")"},
      {"tensor null", file(R"({"w":null})"), "expected an object, found null"},
      {"tensor a number", file(R"({"w":1})"), "expected an object, found 1"},
      {"tensor a list", file(R"({"w":[]})"), "expected an object, found an array"},
      {"dtype a number", file(w(R"("dtype":1,"shape":[1],"data_offsets":[0,1])"), 1), "dtype as text"},
      {"dtype in lower case", file(one("u8", "[1]", "[0,1]"), 1), "dtype \"u8\" is not read"},
      {"dtype unknown", file(one("U128", "[1]", "[0,16]"), 16), "dtype \"U128\" is not read"},
      {"dtype empty", file(one("", "[1]", "[0,1]"), 1), "dtype \"\" is not read"},
      {"F16, which arrays lack", file(one("F16", "[1]", "[0,2]"), 2), "dtype \"F16\" is not read"},
      {"BF16, which arrays lack", file(one("BF16", "[1]", "[0,2]"), 2), "dtype \"BF16\" is not read"},
      {"F8_E4M3, which arrays lack", file(one("F8_E4M3", "[1]", "[0,1]"), 1), "dtype \"F8_E4M3\" is not read"},
      {"F8_E5M2, which arrays lack", file(one("F8_E5M2", "[1]", "[0,1]"), 1), "dtype \"F8_E5M2\" is not read"},
      {"tensor twice", file("{\"w\":{" + good + "},\"w\":{" + good + "}}", 1), "found twice \"w\""},
      {"tensor twice, once by escapes", file("{\"w\":{" + good + "},\"\\u0077\":{" + good + "}}", 1),
       "found twice \"w\""},
      {"tensor without a name", file("{\"\":{" + good + "}}", 1), nullptr},
      {"tensor with a name of control characters", file("{\"\\n\\u001b[2J\":{" + good + "}}", 1), nullptr},
      {"metadata", file(metadata(R"({"a":"b","":""})")), nullptr},
      {"metadata behind a tensor", file("{\"w\":{" + good + R"(},"__metadata__":{"a":"b"}})", 1), nullptr},
      {"metadata null", file(metadata("null")), "expected an object, found null"},
      {"metadata text", file(metadata("\"a\"")), "expected an object, found \"a\""},
      {"metadata with a number", file(metadata(R"({"a":1})")), "text as every value, found 1"},
      {"metadata with null", file(metadata(R"({"a":null})")), "text as every value, found null"},
      {"metadata with an object", file(metadata(R"({"a":{}})")), "text as every value, found an object"},
      {"metadata key twice", file(metadata(R"({"a":"1","b":"","a":"2"})")), "found twice \"a\""},
      {"metadata twice", file(R"({"__metadata__":{},"__metadata__":{}})"), "__metadata__ twice"},
      {"metadata twice, once by escapes", file(R"({"__metadata__":{},"\u005f_metadata__":{}})"), "__metadata__ twice"},
  };
}

std::vector<Vector> number_vectors() {
  const auto shape = [](const std::string& text, const std::string& offsets = "[0,16]", std::size_t size = 16) {
    return file(one("U8", text, offsets), size);
  };
  const auto offsets = [](const std::string& text) { return file(one("U8", "[16]", text), 16); };
  return {
      {"scalar", shape("[]", "[0,1]", 1), nullptr},
      {"scalar that needs no byte", shape("[]", "[0,0]", 0), "expected 1 byte for U8 (), found 0"},
      {"zero extent", shape("[0,5]", "[0,0]", 0), nullptr},
      {"zero extent with bytes", shape("[0]"), "expected 0 bytes"},
      {"64 dimensions", shape([] {
         std::string text = "[16";
         for (int i = 1; i < 64; ++i) text += ",1";
         return text + "]";
       }()),
       nullptr},
      {"65 dimensions", shape([] {
         std::string text = "[16";
         for (int i = 1; i < 65; ++i) text += ",1";
         return text + "]";
       }()),
       "at most 64"},
      {"shape too small", shape("[15]"), "expected 15 bytes for U8 (15), found 16"},
      {"shape too large", shape("[17]"), "expected 17 bytes"},
      {"negative extent", shape("[-16]"), "found -16"},
      {"two negative extents", shape("[-4,-4]"), "found -4"},
      {"minus zero", shape("[-0]", "[0,0]", 0), "found -0"},
      {"float extent", shape("[16.0]"), "found 16.0"},
      {"float extent 1.6e1", shape("[1.6e1]"), "found 1.6e1"},
      {"extent with exponent", shape("[16e0]"), "found 16e0"},
      {"extent as text", shape(R"(["16"])"), "found \"16\""},
      {"extent true", shape("[true]", "[0,1]", 1), "found true"},
      {"extent null", shape("[null]", "[0,1]", 1), "found null"},
      {"leading zero", shape("[016]"), "JSON"},
      {"plus sign", shape("[+16]"), "JSON"},
      {"hexadecimal", shape("[0x10]"), "JSON"},
      {"shape a number", shape("16"), "the shape as an array, found 16"},
      {"shape null", shape("null"), "the shape as an array, found null"},
      {"shape an object", shape(R"({"0":16})"), "the shape as an array, found an object"},
      {"list within the shape", shape("[[16]]"), "found an array"},
      {"extent 2^64", shape("[18446744073709551616]"), "extents"},
      {"extent 2^64 + 16, which wraps", shape("[18446744073709551632]"), "extents"},
      {"extent 2^64 - 1", shape("[18446744073709551615]"), "extents"},
      {"extent 2^63", shape("[9223372036854775808]"), "extents"},
      {"2^64 elements, which wrap to 0", shape("[4294967296,4294967296]", "[0,0]", 0), "fits into memory"},
      {"2^64 + 2^60 elements", shape("[1152921504606846976,17]", "[0,0]", 0), "fits into memory"},
      {"2^64 elements in four factors", shape("[65536,65536,65536,65536]", "[0,0]", 0), "fits into memory"},
      {"2^61 elements of 8 bytes", file(one("F64", "[2305843009213693952]", "[0,0]")), "fits into memory"},
      {"2^62 bytes in a small file", shape("[4611686018427387904]"), "expected 4611686018427387904 bytes"},
      {"overflow before a zero", shape("[4611686018427387904,4,0]", "[0,0]", 0), "fits into memory"},
      {"float of 100,000 digits", shape("[1." + std::string(100'000, '0') + "]"), "found 1.000"},
      {"extent of 400 digits", shape("[" + std::string(400, '9') + "]"), "JSON"},
      {"negative offset", offsets("[-1,15]"), "found -1"},
      {"float offsets", offsets("[0.0,16.0]"), "found 0.0"},
      {"float offset 1.6e1", offsets("[0,1.6e1]"), "found 1.6e1"},
      {"offset as text", offsets(R"(["0","16"])"), "found \"0\""},
      {"one offset", offsets("[16]"), "found fewer"},
      {"no offset", offsets("[]"), "found fewer"},
      {"three offsets", offsets("[0,16,16]"), "found 16"},
      {"offsets as an object", offsets(R"({"begin":0,"end":16})"), "an array, found an object"},
      {"end before begin", offsets("[16,0]"), "begin at 0, where the last tensor ends, found 16"},
      {"end 2^64 - 1", offsets("[0,18446744073709551615]"), "found 18446744073709551615"},
      {"end 2^64", offsets("[0,18446744073709551616]"), "two data_offsets"},
      {"begin 2^64 - 16, which wraps", offsets("[18446744073709551600,0]"), "found 18446744073709551600"},
  };
}

std::vector<Vector> layout_vectors() {
  return {
      {"two tensors", file(two("[4]", "[0,4]", "[4]", "[4,8]"), 8), nullptr},
      {"two tensors, the later one first", file(two("[4]", "[4,8]", "[4]", "[0,4]"), 8), nullptr},
      {"hole at the start", file(one("U8", "[4]", "[4,8]"), 8), "begin at 0, where the last tensor ends, found 4"},
      {"hole between", file(two("[4]", "[0,4]", "[3]", "[5,8]"), 8), "begin at 4, where the last tensor ends, found 5"},
      {"hole at the end", file(two("[4]", "[0,4]", "[3]", "[4,7]"), 8), "1 more bytes"},
      {"overlap", file(two("[4]", "[0,4]", "[4]", "[3,7]"), 7), "begin at 4, where the last tensor ends, found 3"},
      {"same bytes twice", file(two("[8]", "[0,8]", "[8]", "[0,8]"), 8), "begin at 8"},
      {"one within the other", file(two("[8]", "[0,8]", "[2]", "[2,4]"), 8), "begin at 8"},
      {"second ends before it begins", file(two("[4]", "[0,4]", "[0]", "[4,0]"), 4), "end between 4 and 4, found 0"},
      {"empty tensor at the start", file(two("[0]", "[0,0]", "[8]", "[0,8]"), 8), nullptr},
      {"empty tensor between", file(two("[8]", "[0,8]", "[0]", "[8,8]"), 8), nullptr},
      {"empty tensor inside another", file(two("[8]", "[0,8]", "[0]", "[4,4]"), 8), "begin at 8"},
      {"empty tensor beyond the end", file(two("[8]", "[0,8]", "[0]", "[9,9]"), 8), "begin at 8"},
      {"begin beyond the file", file(one("U8", "[4]", "[100,104]"), 4), "begin at 0"},
      {"end beyond the file", file(one("U8", "[8]", "[0,8]"), 4), "end between 0 and 4, found 8"},
      {"bytes not a multiple of the type", file(one("F32", "[1]", "[0,3]"), 3),
       "expected 4 bytes for F32 (1), found 3"},
      {"boolean 2", with_length(one("BOOL", "[2]", "[0,2]").size(), one("BOOL", "[2]", "[0,2]") + "\1\2"),
       "found 02 at element 1"},
      {"booleans", with_length(one("BOOL", "[2]", "[0,2]").size(), one("BOOL", "[2]", "[0,2]") + "\1\0"s), nullptr},
  };
}

std::vector<Vector> all_vectors() {
  std::vector<Vector> all;
  for (auto part : {framing_vectors(), json_vectors(), field_vectors(), number_vectors(), layout_vectors()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST(Safetensors, JudgesEveryVector) {
  for (const Vector& vector : all_vectors()) {
    SCOPED_TRACE(vector.kind);
    try {
      parse_safetensors(vector.bytes, "net.safetensors");
      EXPECT_EQ(vector.message, nullptr) << "accepted";
    } catch (const FormatError& error) {
      const std::string message = error.what();
      ASSERT_NE(vector.message, nullptr) << message;
      EXPECT_NE(message.find(vector.message), message.npos) << message;
      EXPECT_EQ(message.rfind("net.safetensors: ", 0), 0U) << message;
      EXPECT_TRUE(std::ranges::none_of(message, [](unsigned char c) { return c < ' ' || c == 0x7F; }));
      EXPECT_LT(message.size(), 300U) << message;
    }
  }
}

TEST(Safetensors, EveryPrefixOfAGoodFileIsRefused) {
  const std::string good = file(two("[4]", "[0,4]", "[2,2]", "[4,8]"), 8);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_THROW(parse_safetensors(good.substr(0, size), "x"), FormatError) << size;
}

TEST(Safetensors, ReadsNamesNumbersAndMetadata) {
  const std::string header = R"({"__metadata__":{"kind":"mlp","\u00e9":"\ud83d\ude00"},)"
                             R"("layer1.bias":{"dtype":"I16","shape":[2],"data_offsets":[8,12]},)"
                             R"("layer1.kernel":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}})";
  const Safetensors contents =
      parse_safetensors(with_length(header.size(), header + "\x00\x00\x80\x3F\x00\x00\x00\xC0\x2A\x00\xFF\xFF"s), "x");
  ASSERT_EQ(contents.metadata.size(), 2U);
  EXPECT_EQ(contents.metadata[0], (std::pair<std::string, std::string>("kind", "mlp")));
  EXPECT_EQ(contents.metadata[1], (std::pair<std::string, std::string>("\xC3\xA9", "\xF0\x9F\x98\x80")));
  ASSERT_EQ(contents.tensors.size(), 2U);
  EXPECT_EQ(contents.tensors[0].first, "layer1.kernel");

  const Array* kernel = contents.find("layer1.kernel");
  ASSERT_NE(kernel, nullptr);
  EXPECT_EQ(kernel->type, DType::kF32);
  EXPECT_EQ(kernel->shape, (Shape{1, 2}));
  EXPECT_EQ(kernel->at(0), 1.0);
  EXPECT_EQ(kernel->at(1), -2.0);
  const Array* bias = contents.find("layer1.bias");
  ASSERT_NE(bias, nullptr);
  EXPECT_EQ(bias->at(0), 42.0);
  EXPECT_EQ(bias->at(1), -1.0);
  EXPECT_EQ(contents.find("layer2.bias"), nullptr);
}

Array array_of(DType type, Shape shape, const std::string& bytes) {
  return make_array(type, std::move(shape), bytes, "test");
}

TEST(Safetensors, WritesTheSameBytesWhateverTheOrder) {
  const Safetensors contents{{{"b", "2"}, {"a", "say \"1\"\n"}},
                             {{"z", array_of(DType::kU8, {3}, "abc")},
                              {"y", array_of(DType::kF32, {1}, "1234")},
                              {"x", array_of(DType::kF64, {}, "12345678")},
                              {"a", array_of(DType::kI32, {1, 1}, "wxyz")}}};
  Safetensors reversed = contents;
  std::ranges::reverse(reversed.metadata);
  std::ranges::reverse(reversed.tensors);
  const std::string bytes = write_safetensors(contents);
  EXPECT_EQ(bytes, write_safetensors(reversed));

  const std::string header = R"({"__metadata__":{"a":"say \"1\"\n","b":"2"},)"
                             R"("x":{"dtype":"F64","shape":[],"data_offsets":[0,8]},)"
                             R"("a":{"dtype":"I32","shape":[1,1],"data_offsets":[8,12]},)"
                             R"("y":{"dtype":"F32","shape":[1],"data_offsets":[12,16]},)"
                             R"("z":{"dtype":"U8","shape":[3],"data_offsets":[16,19]}})";
  const std::size_t padding = (8 - header.size() % 8) % 8;
  EXPECT_EQ(bytes, with_length(header.size() + padding, header + std::string(padding, ' ') + "12345678wxyz1234abc"));
}

TEST(Safetensors, ReadsBackWhatItWrote) {
  Safetensors contents;
  for (int i = 0; i <= static_cast<int>(DType::kF64); ++i) {
    const auto type = static_cast<DType>(i);
    const std::string bytes(static_cast<std::size_t>(6 * size_of(type)), '\1');
    contents.tensors.emplace_back("full " + std::string(name_of(type)), array_of(type, {2, 3}, bytes));
    contents.tensors.emplace_back("empty " + std::string(name_of(type)), array_of(type, {0, 3}, ""));
  }
  contents.tensors.emplace_back("\n\"\\ \xE2\x82\xAC", array_of(DType::kU8, {}, "\xFF"));
  const std::string bytes = write_safetensors(contents);
  const Safetensors again = parse_safetensors(bytes, "x");
  ASSERT_EQ(again.tensors.size(), contents.tensors.size());
  for (const auto& [name, array] : contents.tensors) {
    const Array* read = again.find(name);
    ASSERT_NE(read, nullptr) << name;
    EXPECT_EQ(read->type, array.type);
    EXPECT_EQ(read->shape, array.shape);
    EXPECT_EQ(read->bytes, array.bytes);
  }
  EXPECT_EQ(write_safetensors(again), bytes);
  EXPECT_EQ(write_safetensors({}), with_length(8, "{}      "));
}

TEST(Safetensors, EveryWrittenArrayIsAlignedToItsElements) {
  const Safetensors contents{
      {}, {{"odd", array_of(DType::kU8, {3}, "abc")}, {"long", array_of(DType::kF64, {1}, "12345678")}}};
  const std::string bytes = write_safetensors(contents);
  EXPECT_EQ(bytes.find("12345678") % 8, 0U);
}

TEST(Safetensors, RefusesToWriteWhatItCouldNotRead) {
  const Array number = array_of(DType::kU8, {1}, "a");
  EXPECT_THROW(write_safetensors({{}, {{"a", number}, {"a", number}}}), InputError);
  EXPECT_THROW(write_safetensors({{{"a", ""}, {"a", ""}}, {}}), InputError);
  EXPECT_THROW(write_safetensors({{}, {{"__metadata__", number}}}), InputError);
  EXPECT_THROW(write_safetensors({{}, {{"\xFF", number}}}), InputError);
  EXPECT_THROW(write_safetensors({{{"a", "\xFF"}}, {}}), InputError);
  EXPECT_THROW(write_safetensors({{}, {{"a", Array{DType::kF32, {1}, number.bytes}}}}), InputError);
  EXPECT_THROW(write_safetensors({{}, {{"a", Array{DType::kBool, {1}, number.bytes}}}}), InputError);
  EXPECT_THROW(write_safetensors({{}, {{"a", Array{DType::kU8, Shape(65, 1), number.bytes}}}}), InputError);
}

}  // namespace
}  // namespace isinglass
