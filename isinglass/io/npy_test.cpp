#include "isinglass/io/npy.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"
#include "isinglass/io/zip.h"

namespace isinglass {
namespace {

using namespace std::string_literals;

// An NPY file of version 1.0 with any header.
std::string npy(const std::string& header, const std::string& elements = "") {
  std::string bytes = "\x93NUMPY\1\0"s;
  append_number(bytes, static_cast<std::uint16_t>(header.size()), ByteOrder::kLittle);
  return bytes + header + elements;
}

std::string npy(const std::string& descr, const std::string& fortran_order, const std::string& shape,
                const std::string& elements) {
  return npy("{'descr': " + descr + ", 'fortran_order': " + fortran_order + ", 'shape': " + shape + ", }", elements);
}

std::string refusal(const std::string& bytes) {
  try {
    parse_npy(bytes, "x.npy");
  } catch (const FormatError& error) {
    return error.what();
  }
  return "accepted";
}

std::vector<double> numbers(const Array& array) {
  std::vector<double> values;
  for (Index i = 0; i < array.size(); ++i) values.push_back(array.at(i));
  return values;
}

using Values = std::vector<double>;

// np.asfortranarray(np.arange(6, dtype='<f4').reshape(2, 3))
const std::string kFortran =
    "\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }            "s
    "                                               \x0A\x00\x00\x00\x00\x00\x00@@\x00\x00"s
    "\x80\x3F\x00"s
    "\x00\x80@\x00\x00\x00@\x00\x00\xA0@"s;
// np.array([1, -2, 300], '>i2')
const std::string kBigEndian =
    "\x93NUMPY\x01\x00v\x00{'descr': '>i2', 'fortran_order': False, 'shape': (3,), }             "s
    "                                               \x0A\x00\x01\xFF\xFE\x01,"s;
// np.array([True, False]) in version 2.0
const std::string kVersion2 =
    "\x93NUMPY\x02\x00t\x00\x00\x00{'descr': '|b1', 'fortran_order': False, 'shape': (2,), } "s
    "          "s
    "                                               \x0A\x01\x00"s;
// np.savez_compressed(a=np.zeros((2, 2)), b=np.array([7], 'i4'))
const std::string kCompressed =
    "PK\x03\x04-\x00\x00\x00\x08\x00\x00\x00!\x00\xA7\x02l|\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s
    "\x05\x00\x14\x00\x61.npy\x01\x00\x10\x00\xA0"s
    "\x00\x00\x00\x00\x00\x00\x00I\x00\x00\x00\x00\x00\x00\x00\x9B\xEC\x17\xEA\x1B\x10\xC9"s
    "\xC8P\xC6P\xAD\x9E\x92Z\x9C\\\xA4n\xA5\xA0n\x93\x66\xA1"s
    "\xAE\xA3\xA0\x9E\x96_TR\x94\x98\x17\x9F_\x94\x92\x0A\x12wK\xCC)N\x05\x8A\x17g$\x16\xA4"s
    "\x02\xF9\x1A\x46:\x0A\x46\x9A:\x0A\xB5"s
    "\x0A\x64\x03.\x06\x02\x00\x00PK\x03\x04-\x00\x00\x00\x08\x00\x00\x00!\x00}Gyj\xFF\xFF"s
    "\xFF\xFF\xFF\xFF\xFF\xFF\x05\x00\x14\x00\x62."s
    "npy\x01\x00\x10\x00\x84\x00\x00\x00\x00\x00\x00\x00H\x00\x00\x00\x00\x00\x00\x00\x9B\xEC"s
    "\x17\xEA\x1B\x10\xC9\xC8P\xC6P\xAD\x9E\x92Z\x9C\\"s
    "\xA4n\xA5\xA0n\x93i\xA2\xAE\xA3\xA0\x9E\x96_TR\x94\x98\x17\x9F_\x94\x92\x0A\x12wK\xCC)N"s
    "\x05\x8A\x17g$\x16\xA4\x02\xF9\x1A"s
    "\x86:\x9A:\x0A\xB5\x0A\x14\x00.v\x06\x06\x06\x00PK\x01\x02-\x03-\x00\x00\x00\x08\x00\x00"s
    "\x00!\x00\xA7\x02l|I\x00\x00\x00\xA0"s
    "\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01\x00\x00\x00\x00\x61"s
    ".npyPK\x01\x02-\x03-\x00\x00\x00\x08\x00\x00\x00"s
    "!\x00}GyjH\x00\x00\x00\x84\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"s
    "\x80\x01\x80\x00\x00\x00\x62.npyPK\x05"s
    "\x06\x00\x00\x00\x00\x02\x00\x02\x00\x66\x00\x00\x00\xFF\x00\x00\x00\x00\x00"s;
// np.savez(x=np.array([1, 2], 'u1'))
const std::string kStored =
    "PK\x03\x04-\x00\x00\x00\x00\x00\x00\x00!\x00\x62\x02\x65_\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s
    "\xFF\x05\x00\x14\x00x.npy\x01\x00\x10\x00\x82"s
    "\x00\x00\x00\x00\x00\x00\x00\x82\x00\x00\x00\x00\x00\x00\x00\x93NUMPY\x01\x00v\x00{'desc"s
    "r': '|u1'"s
    ", 'fortran_order': False, 'shape': (2,),"s
    " }                                      "s
    "                      \x0A\x01\x02PK\x01\x02-\x03-\x00\x00\x00\x00\x00\x00\x00!"s
    "\x00\x62\x02\x65_\x82\x00\x00\x00\x82\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00"s
    "\x00\x00\x00\x80\x01\x00\x00\x00\x00x.npyPK\x05\x06"s
    "\x00\x00\x00\x00\x01\x00\x01\x00\x33\x00\x00\x00\xB9\x00\x00\x00\x00\x00"s;

TEST(Npy, ReadsWhatNumpyWrites) {
  const Array fortran = parse_npy(kFortran, "x");
  EXPECT_EQ(fortran.type, DType::kF32);
  EXPECT_EQ(fortran.shape, (Shape{2, 3}));
  EXPECT_EQ(numbers(fortran), (Values{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(numbers(parse_npy(kBigEndian, "x")), (Values{1, -2, 300}));
  EXPECT_EQ(numbers(parse_npy(kVersion2, "x")), (Values{1, 0}));
  std::string version3 = kVersion2;
  version3[6] = 3;
  EXPECT_EQ(numbers(parse_npy(version3, "x")), (Values{1, 0}));
}

TEST(Npy, ReadsHeadersOfEveryForm) {
  const std::string element = "\1\0\0\0"s;
  for (const std::string header : {"{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }",
                                   "{'shape':(1,),'fortran_order':True,'descr':'<i4'}",
                                   "{\"descr\": \"<i4\", \"fortran_order\": False, \"shape\": (1, )}\n",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (1L,), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 1), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 1,), }   \n",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (), }"})
    EXPECT_EQ(refusal(npy(header, element)), "accepted") << header;
}

TEST(Npy, ReadsEveryType) {
  for (const auto& [descr, type] : std::vector<std::pair<std::string, DType>>{{"|b1", DType::kBool},
                                                                              {"|u1", DType::kU8},
                                                                              {"|i1", DType::kI8},
                                                                              {"<u2", DType::kU16},
                                                                              {"<i2", DType::kI16},
                                                                              {"<u4", DType::kU32},
                                                                              {"<i4", DType::kI32},
                                                                              {"<u8", DType::kU64},
                                                                              {"<i8", DType::kI64},
                                                                              {"<f4", DType::kF32},
                                                                              {"<f8", DType::kF64}}) {
    const std::string bytes(static_cast<std::size_t>(size_of(type)), '\1');
    EXPECT_EQ(parse_npy(npy("'" + descr + "'", "False", "()", bytes), "x").type, type) << descr;
  }
}

TEST(Npy, ConvertsFortranOrderOfThreeAxesAndBigEndian) {
  // Element (i, j, k) is 100 i + 10 j + k; the first axis runs fastest in the file.
  std::string elements;
  for (int k = 0; k < 2; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i)
        append_number(elements, static_cast<std::uint16_t>(100 * i + 10 * j + k), ByteOrder::kBig);
  const Array array = parse_npy(npy("'>u2'", "True", "(2, 3, 2)", elements), "x");
  EXPECT_EQ(numbers(array), (Values{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121}));
  EXPECT_EQ(parse_npy(npy("'<f4'", "True", "(3, 0, 2)", ""), "x").shape, (Shape{3, 0, 2}));
  EXPECT_EQ(numbers(parse_npy(npy("'|u1'", "True", "(1, 3, 1)", "\1\2\3"), "x")), (Values{1, 2, 3}));
}

TEST(Npy, NamesTheTypesItRefuses) {
  const auto type = [](const std::string& descr) {
    return refusal(npy(descr, "False", "(1,)", std::string(16, '\0')));
  };
  for (const auto& [descr, reason] : std::vector<std::pair<std::string, std::string>>{
           {"'|O'", "found \"|O\" (Python objects, whose pickles can run code; save numbers)"},
           {"'<c8'", "found \"<c8\" (complex numbers"},
           {"'<f2'", "found \"<f2\" (half precision"},
           {"'<f16'", "found \"<f16\" (extended precision"},
           {"'<U4'", "found \"<U4\" (text"},
           {"'|S4'", "found \"|S4\" (text"},
           {"'<M8[ns]'", "found \"<M8[ns]\" (dates"},
           {"'|V16'", "found \"|V16\" (raw records"},
           {"''", "found \"\" (no type of numbers)"},
           {"'<i3'", "found \"<i3\" (no type of numbers)"},
           {"'i4'", "with its byte order, such as '<f4', found \"i4\""},
           {"'|f8'", "with its byte order, such as '<f4', found \"|f8\""},
           {"[('a', '<f4'), ('b', '<i4')]", "one number type for all elements"},
           {"b'<f4'", "the element type in quotes"}})
    EXPECT_NE(type(descr).find(reason), std::string::npos) << type(descr);
}

TEST(Npy, RefusesHeadersThatNumpyDoesNotWrite) {
  for (const std::string header : {"",
                                   "{",
                                   "{}",
                                   "[]",
                                   "None",
                                   "{'descr': '<i4', 'fortran_order': False}",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), ",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (1), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': [1], }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (1 1), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (,), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (-1,), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (1.0,), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (1e0,), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (True,), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (18446744073709551617,), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (9223372036854775807,), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
                                   "{'descr': '<i4', 'fortran_order': 0, 'shape': (1,), }",
                                   "{'descr': '<i4', 'fortran_order': false, 'shape': (1,), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), 'extra': 1, }",
                                   "{'descr': '<i4', 'descr': '<i4', 'fortran_order': False, 'shape': (1,), }",
                                   "{'descr': '<i4' 'fortran_order': False, 'shape': (1,), }",
                                   "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), }; import os",
                                   "{'descr': __import__('os').name, 'fortran_order': False, 'shape': (1,), }",
                                   "{'descr': '<i4, 'fortran_order': False, 'shape': (1,), }",
                                   "{'de\\x73cr': '<i4', 'fortran_order': False, 'shape': (1,), }"})
    EXPECT_NE(refusal(npy(header, "\1\0\0\0"s)), "accepted") << header;
  std::string many = "(1,";
  for (int i = 0; i < 64; ++i) many += " 1,";
  EXPECT_NE(refusal(npy("'|u1'", "False", many + ")", "a")).find("at most 64 dimensions"), std::string::npos);
  EXPECT_EQ(refusal(npy("{'descr': '|u1', 'shape': (1;), }", "a")),
            "x.npy: byte 38: expected ',' (a tuple), found \";), }\"");
}

TEST(Npy, SizesMustAgree) {
  for (const std::string& good : {kFortran, kBigEndian, kVersion2}) {
    for (std::size_t size = 0; size < good.size(); ++size) EXPECT_NE(refusal(good.substr(0, size)), "accepted") << size;
    EXPECT_NE(refusal(good + "x"), "accepted");
  }
  EXPECT_EQ(refusal(kFortran.substr(0, 140)), "x.npy: byte 128: expected 24 bytes for F32 (2, 3), found 12");
  EXPECT_EQ(refusal("\x93NUMPY\2\0\xFF\xFF\xFF\xFF"s),
            "x.npy: byte 12: expected a header of at most 10000 bytes, found 4294967295");
  EXPECT_EQ(refusal("\x93NUMPY\4\0\0\0"s), "x.npy: expected NPY version 1.0, 2.0 or 3.0, found the bytes 04 00");
  EXPECT_EQ(refusal("PK\3\4 an archive"), "x.npy: expected the NPY magic 93 4E 55 4D 50 59, found 50 4B 03 04 20 61");
  EXPECT_EQ(refusal(""), "x.npy: expected the NPY magic 93 4E 55 4D 50 59, found an empty file");
  EXPECT_NE(refusal(npy("'|b1'", "False", "(2,)", "\1\2")).find("0 or 1 for every boolean"), std::string::npos);
}

TEST(Npy, ReadsBackWhatItWrote) {
  for (int i = 0; i <= static_cast<int>(DType::kF64); ++i) {
    const auto type = static_cast<DType>(i);
    for (const Shape& shape : std::vector<Shape>{{}, {6}, {2, 3}, {1, 0, 4}}) {
      const std::string bytes(static_cast<std::size_t>(size_of(shape) * size_of(type)), '\1');
      const Array array = make_array(type, shape, bytes, "x");
      const std::string file = write_npy(array);
      const Array again = parse_npy(file, "x");
      EXPECT_EQ(again.type, array.type);
      EXPECT_EQ(again.shape, array.shape);
      EXPECT_EQ(again.bytes, array.bytes);
      EXPECT_EQ((file.size() - bytes.size()) % 64, 0U);
    }
  }
  EXPECT_EQ(write_npy(make_array(DType::kU8, {2}, "ab", "x")).substr(10, 58),
            "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), } ");
  EXPECT_THROW(write_npy(make_array(DType::kU8, Shape(65, 1), "a", "x")), InputError);
  EXPECT_THROW(write_npy(Array{DType::kF64, {1}, {}}), InputError);
}

TEST(Npz, ReadsWhatNumpyWrites) {
  const NamedArrays compressed = parse_npz(kCompressed, "x");
  ASSERT_EQ(compressed.size(), 2U);
  EXPECT_EQ(compressed[0].first, "a");
  EXPECT_EQ(compressed[0].second.shape, (Shape{2, 2}));
  EXPECT_EQ(numbers(compressed[0].second), (Values{0, 0, 0, 0}));
  EXPECT_EQ(compressed[1].first, "b");
  EXPECT_EQ(compressed[1].second.type, DType::kI32);
  EXPECT_EQ(numbers(compressed[1].second), (Values{7}));

  const NamedArrays stored = parse_npz(kStored, "x");
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].first, "x");
  EXPECT_EQ(numbers(stored[0].second), (Values{1, 2}));
}

TEST(Npz, EveryPrefixIsRefused) {
  for (std::size_t size = 0; size < kCompressed.size(); ++size)
    EXPECT_THROW(parse_npz(kCompressed.substr(0, size), "x"), FormatError) << size;
}

TEST(Npz, ReadsBackWhatItWrote) {
  const NamedArrays arrays{{"layer1/kernel", make_array(DType::kF32, {1, 2}, "abcdefgh", "x")},
                           {"b", make_array(DType::kU8, {0}, "", "x")}};
  const std::string bytes = write_npz(arrays);
  EXPECT_EQ(bytes, write_npz(arrays));
  const NamedArrays again = parse_npz(bytes, "x");
  ASSERT_EQ(again.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again[i].first, arrays[i].first);
    EXPECT_EQ(again[i].second.shape, arrays[i].second.shape);
    EXPECT_EQ(again[i].second.bytes, arrays[i].second.bytes);
  }
  EXPECT_TRUE(parse_npz(write_npz({}), "x").empty());
}

TEST(Npz, NamesTheEntryThatIsNoArray) {
  const auto refusal_of = [](const std::string& entry, const std::string& contents) {
    try {
      parse_npz(write_zip({{entry, contents}}), "x.npz");
    } catch (const FormatError& error) {
      return std::string(error.what());
    }
    return "accepted"s;
  };
  EXPECT_EQ(refusal_of("readme.txt", "hello"), "x.npz: expected entries that end in .npy, found \"readme.txt\"");
  EXPECT_EQ(refusal_of("a.npy", "hello"),
            "x.npz: \"a.npy\": expected the NPY magic 93 4E 55 4D 50 59, found 68 65 6C 6C 6F");
  EXPECT_EQ(refusal_of(".npy", kVersion2), "x.npz: expected entries that end in .npy, found \".npy\"");
}

}  // namespace
}  // namespace isinglass
