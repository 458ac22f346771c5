#include "ganglion/robot/sense/picture.h"

#include <cstdio>
#include <string>

#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

namespace ganglion::robot::sense {
namespace {

CameraFrame Grey(int width, int height) {
  CameraFrame frame;
  frame.intrinsics.width_px = width;
  frame.intrinsics.height_px = height;
  frame.rgb.assign(3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 128);
  return frame;
}

class PictureTest : public ::testing::Test {
 protected:
  ~PictureTest() override { std::remove(path_.c_str()); }
  const std::string path_ = ::testing::TempDir() + "picture_test.png";
};

TEST_F(PictureTest, AFrameComesBackAsItWas) {
  CameraFrame frame = Grey(8, 4);
  frame.rgb[0] = 250;  // red, top left
  ASSERT_TRUE(WritePicture(frame, path_).ok());
  const cv::Mat read = cv::imread(path_);
  ASSERT_EQ(read.cols, 8);
  EXPECT_EQ(read.at<cv::Vec3b>(0, 0), cv::Vec3b(128, 128, 250));
}

TEST_F(PictureTest, TheTrackAndBothEndsAreDrawn) {
  const CameraFrame above = Grey(400, 300);
  const CameraFrame camera = Grey(320, 240);
  ResultPicture picture;
  picture.above = &above;
  picture.camera = &camera;
  picture.px_per_m = 50.0;
  for (int x = 50; x <= 350; ++x) picture.track.push_back({static_cast<double>(x), 150.0});
  picture.labels = {{{200.0, 50.0}, "table", true}, {{5000.0, -5000.0}, "桌子 far", false}};
  picture.captions = {"title", "text"};
  ASSERT_TRUE(WriteResultPicture(picture, path_).ok());
  const cv::Mat read = cv::imread(path_);
  ASSERT_GT(read.cols, 400 + 320);
  ASSERT_GT(read.rows, 300);
  const cv::Vec3b start = read.at<cv::Vec3b>(12 + 150, 12 + 50);
  const cv::Vec3b end = read.at<cv::Vec3b>(12 + 150, 12 + 350);
  EXPECT_GT(start[1], start[2]);  // green
  EXPECT_GT(end[2], end[1]);      // red
  EXPECT_NE(read.at<cv::Vec3b>(12 + 150, 12 + 200), cv::Vec3b(128, 128, 128));
}

TEST_F(PictureTest, ARoverThatStoodStillAndSawNothingStillHasAPicture) {
  const CameraFrame above = Grey(200, 100);
  ResultPicture picture;
  picture.above = &above;
  picture.track = {{100.0, 50.0}};
  EXPECT_TRUE(WriteResultPicture(picture, path_).ok());
}

TEST_F(PictureTest, BadSizesAndPathsAreErrors) {
  CameraFrame frame = Grey(8, 4);
  EXPECT_EQ(WritePicture(frame, "/nowhere/x.png").code(), Code::kUnavailable);
  frame.rgb.pop_back();
  EXPECT_EQ(WritePicture(frame, path_).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace ganglion::robot::sense
