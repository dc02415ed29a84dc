#include "isinglass/serve/studio.h"

#include <gtest/gtest.h>

#include "isinglass/record/run_reader.h"
#include "isinglass/serve/studio_rig.h"

namespace isinglass {
namespace {

using testing_serve::eventually;
using testing_serve::Reply;

class StudioTest : public testing_serve::StudioRig {
 protected:
  Value get(const std::string& path) const { return got(path); }
  Reply post(const std::string& path, const std::string& body) const {
    return testing_serve::post(port_, path, studio_.token(), body);
  }
  std::string refusal(const std::string& path) const { return get_refused(path); }
  void begin(const std::string& settings = "{}") {
    const Reply reply = post("/api/runs", "{\"scene\":\"ann-3-2-1\",\"set\":" + settings + "}");
    ASSERT_EQ(reply.status, 200) << reply.body;
  }
  void command(const std::string& body) { ASSERT_EQ(post("/api/runs/ann-3-2-1/command", body).status, 200); }
  Value run() const { return get("/api/state").find("runs")->as_array()->front(); }
  Index step() const { return *run().find("step")->as_integer(); }
  std::string status() const { return *run().find("status")->as_string(); }
  std::string moment(Index step) const {
    return write_json(get("/api/runs/ann-3-2-1/moment?sample=0&step=" + std::to_string(step)));
  }
};

double number_in(const Value& table, const std::string& name) {
  const Value* value = table.find(name);
  return value != nullptr && value->as_real() != nullptr ? *value->as_real() : std::nan("");
}

TEST_F(StudioTest, ARunBeginsHeld) {
  begin();
  EXPECT_EQ(status(), "paused");
  EXPECT_EQ(step(), 0);
  EXPECT_NE(moment(0).find("\"w(1,4)\":0.3206631229988"), std::string::npos);
}

TEST_F(StudioTest, StepsArePlayedAndHeld) {
  begin();
  command("{\"do\":\"step\",\"batches\":7}");
  EXPECT_TRUE(eventually([&] { return step() == 7 && status() == "paused"; }));
  command("{\"do\":\"play\",\"rate\":200}");
  EXPECT_TRUE(eventually([&] { return step() > 20; }));
  command("{\"do\":\"pause\"}");
  EXPECT_TRUE(eventually([&] { return status() == "paused"; }));
  const Index held = step();
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  EXPECT_EQ(step(), held);
  command("{\"do\":\"play\"}");
  EXPECT_TRUE(eventually([&] { return status() == "done"; }));
  EXPECT_EQ(step(), 1000);
}

TEST_F(StudioTest, GoesBackAndForthInTime) {
  begin();
  command("{\"do\":\"step\",\"batches\":30}");
  ASSERT_TRUE(eventually([&] { return step() == 30; }));
  std::vector<std::string> first;
  for (Index k = 0; k <= 30; ++k) first.push_back(moment(k));
  for (const Index k : {30, 3, 4, 3, 29, 0, 15}) EXPECT_EQ(moment(k), first[static_cast<std::size_t>(k)]) << k;
}

TEST_F(StudioTest, MomentsAreThoseOfTheRun) {
  begin("{\"train.epochs\":20}");
  command("{\"do\":\"play\"}");
  ASSERT_TRUE(eventually([&] { return status() == "done"; }));
  RunReader reader(directory_ + "/ann-3-2-1", 1);
  for (const Index epoch : {0, 1, 7, 20}) {
    const Value document = get("/api/runs/ann-3-2-1/moment?sample=0&step=" + std::to_string(epoch));
    const Value& numbers = *document.find("numbers");
    for (Address address : all_quantities(reader.graph()))
      for (const bool is_derivative : {false, true}) {
        address.is_derivative = is_derivative;
        const std::string name = name_of(address, reader.graph());
        EXPECT_EQ(number_in(numbers, name), reader.number(address, epoch, 0).value) << name << " at " << epoch;
      }
  }
}

TEST_F(StudioTest, AnUpdateIsTheDifferenceOfTwoMoments) {
  begin();
  command("{\"do\":\"step\",\"batches\":2}");
  ASSERT_TRUE(eventually([&] { return step() == 2; }));
  const Value now = get("/api/runs/ann-3-2-1/moment?step=1"), next = get("/api/runs/ann-3-2-1/moment?step=2");
  for (const char* name : {"w(1,4)", "w(5,6)", "b(6)"})
    EXPECT_EQ(number_in(*now.find("updates"), name),
              number_in(*next.find("numbers"), name) - number_in(*now.find("numbers"), name));
}

TEST_F(StudioTest, TheSumOverThePathsIsTheGradient) {
  begin();
  command("{\"do\":\"step\",\"batches\":1}");
  ASSERT_TRUE(eventually([&] { return step() == 1; }));
  const Value network = get("/api/runs/ann-3-2-1");
  EXPECT_EQ(network.find("edges")->as_array()->size(), 8u);
  for (const Value& edge : *network.find("edges")->as_array()) {
    const std::string name = *edge.find("weight")->as_string();
    const Value found = get("/api/runs/ann-3-2-1/explain?sample=0&step=1&quantity=dL/d" + name);
    const double recorded = number_in(found, "recorded");
    EXPECT_NEAR(number_in(found, "sum_of_paths"), recorded, 1e-12 * std::abs(recorded)) << name;
    EXPECT_NEAR(number_in(found, "finite_difference"), recorded, 1e-6 * std::abs(recorded)) << name;
  }
}

TEST_F(StudioTest, EquationsEndInTheNumberItself) {
  begin();
  const Value moment = get("/api/runs/ann-3-2-1/moment?sample=0&step=0");
  const Value equations = get("/api/runs/ann-3-2-1/equations?sample=0&step=0&quantity=H4");
  const Value::Array& rows = *equations.find("rows")->as_array();
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(number_in(rows[0], "value"), number_in(*moment.find("numbers"), "in(H4)"));
  EXPECT_EQ(*rows[0].find("symbols")->as_string(),
            "\u03bb_{1,4}\\,I_{1} + \u03bb_{2,4}\\,I_{2} + \u03bb_{3,4}\\,I_{3} + b_{4}");
  EXPECT_EQ(number_in(rows[1], "value"), number_in(*moment.find("numbers"), "H4"));
}

TEST_F(StudioTest, ACurveHasEveryStep) {
  begin();
  command("{\"do\":\"step\",\"batches\":5}");
  ASSERT_TRUE(eventually([&] { return step() == 5 && status() == "paused"; }));
  const Value curves = get("/api/runs/ann-3-2-1/curves");
  EXPECT_EQ(curves.find("loss")->as_array()->size(), 5u);
  EXPECT_EQ(curves.find("parameters")->as_table()->size(), 11u);
  EXPECT_EQ(curves.find("parameters")->find("w(1,4)")->as_array()->size(), 5u);
}

TEST_F(StudioTest, SaysWhatARunDoesNotHave) {
  begin();
  EXPECT_NE(refusal("/api/runs/ann-3-2-1/moment?step=1").find("steps 0 to 0"), std::string::npos);
  EXPECT_NE(refusal("/api/runs/ann-3-2-1/moment?step=x").find("expected a count"), std::string::npos);
  EXPECT_NE(refusal("/api/runs/ann-3-2-1/moment?sample=9").find("samples are 0 to 0"), std::string::npos);
  EXPECT_NE(refusal("/api/runs/ann-3-2-1/explain?quantity=dL/dw(1,9)").find("w(1,9)"), std::string::npos);
  EXPECT_NE(refusal("/api/runs/ann-3-2/moment").find("did you mean 'ann-3-2-1'"), std::string::npos);
  EXPECT_EQ(post("/api/runs", "{\"scene\":\"ann\"}").status, 400);
  EXPECT_EQ(post("/api/runs", "{\"toml\":\"seed = \"}").status, 400);
  EXPECT_EQ(post("/api/runs", "[").status, 400);
  EXPECT_EQ(post("/api/runs/ann-3-2-1/command", "{\"do\":\"fly\"}").status, 400);
}

TEST_F(StudioTest, NamesAreSafeAndTheirOwn) {
  for (const char* expected : {"-..-x-y-", "-..-x-y--2"}) {
    const Reply reply = post("/api/runs", "{\"scene\":\"ann-3-2-1\",\"name\":\"../../x y<\"}");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(*reply.json().find("id")->as_string(), expected);
  }
}

TEST_F(StudioTest, AFinishedRunIsOpenedAgain) {
  begin("{\"train.epochs\":5}");
  command("{\"do\":\"play\"}");
  ASSERT_TRUE(eventually([&] { return status() == "done"; }));
  Studio second({.runs = {directory_ + "/ann-3-2-1"}, .directory = directory_});
  second.start();
  const std::string address = second.address();
  const int port = std::stoi(address.substr(address.rfind(':') + 1));
  EXPECT_EQ(testing_serve::get(port, "/api/runs/ann-3-2-1/moment?sample=0&step=5").body,
            testing_serve::get(port_, "/api/runs/ann-3-2-1/moment?sample=0&step=5").body);
  EXPECT_EQ(testing_serve::post(port, "/api/runs/ann-3-2-1/command", second.token(), "{\"do\":\"play\"}").status, 400);
}

}  // namespace
}  // namespace isinglass
