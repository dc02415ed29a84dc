#include "isinglass/lab/kernel_gallery.h"

#include <gtest/gtest.h>

#include <set>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

const GalleryKernel& named(std::string_view name, int dimensions) {
  for (const GalleryKernel& row : kernel_gallery(dimensions))
    if (row.name == name) return row;
  throw Error("no kernel " + std::string(name));
}

std::string refusal(const std::string& text, int dimensions = 2) {
  try {
    read_kernel(text, dimensions, "--kernel");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(KernelGallery, SumsAreOneOrForEdgesZero) {
  for (const int dimensions : {1, 2}) {
    std::set<std::string_view> names;
    for (const GalleryKernel& row : kernel_gallery(dimensions)) {
      EXPECT_NEAR(sum(row.kernel), row.expected_sum(), 1e-15) << row.name;
      EXPECT_EQ(row.kernel.rows * row.kernel.cols, static_cast<Index>(row.kernel.values.size())) << row.name;
      EXPECT_EQ(dimensions == 1, row.kernel.rows == 1 && row.name != "difference_x") << row.name;
      EXPECT_FALSE(row.summary.empty()) << row.name;
      EXPECT_TRUE(names.insert(row.name).second) << row.name;
    }
  }
}

TEST(KernelGallery, HoldsAllThatTheSpecificationNames) {
  for (const char* name : {"identity", "shift_left", "blur_3", "gaussian_3", "sharpen", "difference"})
    EXPECT_NO_THROW(named(name, 1)) << name;
  for (const char* name : {"identity", "shift_up", "blur_3", "gaussian_5", "sharpen", "sobel_x", "sobel_y", "prewitt_x",
                           "prewitt_y", "laplacian", "difference_x"})
    EXPECT_NO_THROW(named(name, 2)) << name;
  EXPECT_EQ(named("sobel_x", 2).kernel, Plane(3, 3, {-1, 0, 1, -2, 0, 2, -1, 0, 1}));
  EXPECT_EQ(named("sobel_y", 2).kernel, Plane(3, 3, {-1, -2, -1, 0, 0, 0, 1, 2, 1}));
}

TEST(KernelGallery, EachDoesWhatItsNameSays) {
  const Plane dot(3, 3, {0, 0, 0, 0, 7, 0, 0, 0, 0});
  const auto of = [&](const char* name) { return cross_correlate(dot, named(name, 2).kernel, {{"zero"}}); };
  EXPECT_EQ(of("identity"), dot);
  EXPECT_EQ(of("shift_left"), Plane(3, 3, {0, 0, 0, 7, 0, 0, 0, 0, 0}));
  EXPECT_EQ(of("shift_right"), Plane(3, 3, {0, 0, 0, 0, 0, 7, 0, 0, 0}));
  EXPECT_EQ(of("shift_up"), Plane(3, 3, {0, 7, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(of("shift_down"), Plane(3, 3, {0, 0, 0, 0, 0, 0, 0, 7, 0}));
  const Plane slope(3, 3, {1, 2, 3, 1, 2, 3, 1, 2, 3});  // brighter to the right
  EXPECT_EQ(cross_correlate(slope, named("prewitt_x", 2).kernel), Plane(1, 1, {6}));
  EXPECT_EQ(cross_correlate(slope, named("sobel_x", 2).kernel), Plane(1, 1, {8}));
  EXPECT_EQ(cross_correlate(slope, named("sobel_y", 2).kernel), Plane(1, 1, {0}));
  EXPECT_EQ(cross_correlate(slope, named("laplacian", 2).kernel), Plane(1, 1, {0}));
  const Plane squares({0, 1, 4, 9, 16});
  EXPECT_EQ(cross_correlate(squares, named("difference", 1).kernel), Plane({1, 3, 5, 7}));
  EXPECT_EQ(cross_correlate(squares, named("central_difference", 1).kernel), Plane({2, 4, 6}));
  EXPECT_EQ(cross_correlate(squares, named("second_difference", 1).kernel), Plane({2, 2, 2}));
  EXPECT_EQ(cross_correlate(squares, named("shift_left", 1).kernel, {{"nearest"}}), Plane({1, 4, 9, 16, 16}));
}

TEST(KernelGallery, ReadsNamesAndNumbers) {
  EXPECT_EQ(read_kernel("laplacian", 2, "--kernel"), Plane(3, 3, {0, 1, 0, 1, -4, 1, 0, 1, 0}));
  EXPECT_EQ(read_kernel("[[0,1],[2,3],[4,5.5]]", 2, "--kernel"), Plane(3, 2, {0, 1, 2, 3, 4, 5.5}));
  EXPECT_EQ(read_kernel("[1, 0, -1]", 2, "--kernel"), Plane({1, 0, -1}));
  EXPECT_EQ(read_kernel("[1, 0, -1]", 1, "--kernel"), Plane({1, 0, -1}));
}

TEST(KernelGallery, RefusesOtherTexts) {
  EXPECT_EQ(refusal("sobelx"), "--kernel: there is no kernel 'sobelx' for images; did you mean 'sobel_x'?");
  EXPECT_NE(refusal("sobel_x", 1).find("for signals; known: identity, shift_left"), std::string::npos);
  EXPECT_NE(refusal("[]").find("found an empty list"), std::string::npos);
  EXPECT_NE(refusal("[[1,2],[3]]").find("found rows of 2 and 1"), std::string::npos);
  EXPECT_NE(refusal("[[1,2],3]").find("found 3 among the rows"), std::string::npos);
  EXPECT_NE(refusal("[[1]]", 1).find("found rows"), std::string::npos);
  EXPECT_NE(refusal("[1,\"a\"]").find("--kernel:1:4: expected a number"), std::string::npos) << refusal("[1,\"a\"]");
  EXPECT_NE(refusal("[1,").find("--kernel:1:4"), std::string::npos) << refusal("[1,");
}

}  // namespace
}  // namespace isinglass
