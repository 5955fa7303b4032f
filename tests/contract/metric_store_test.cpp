#include "ledger_fixture.hpp"

namespace homeport::testing {

using base::ErrorCode;
using domain::MetricRow;
using domain::MetricSeries;
using ledger::Transaction;

class MetricStoreContract : public LedgerContract {
 protected:
  void append(const std::vector<MetricSeries>& series, const std::string& run = "r") {
    EXPECT_OK(write([&](Transaction& t) {
      return t.metrics().append(kWorkspace, domain::RunId(run), series);
    }));
  }
  std::optional<MetricSeries> find(const std::string& name, const std::string& run = "r") {
    return look_up(
        [&](Transaction& t) { return t.metrics().find(kWorkspace, domain::RunId(run), name); });
  }
  std::vector<std::string> row_ids(const std::string& name) {
    std::vector<std::string> ids;
    const std::optional<MetricSeries> series = find(name);
    for (const MetricRow& row : series->rows) ids.push_back(row.metric_id);
    return ids;
  }
};
FOR_EVERY_LEDGER(MetricStoreContract);

TEST_P(MetricStoreContract, KeepsEveryFieldAndTheOrderOfArrival) {
  const MetricSeries series = a_series(
      "loss", {{"z", moment(9), "{\"loss\":NaN}"}, {"a", moment(3), "{\"loss\":Infinity}"}});
  append({series});
  reopen();
  EXPECT_EQ(find("loss"), series);
}

TEST_P(MetricStoreContract, KeepsIdsOfEveryForm) {
  const std::vector<std::string> ids = {"0f8fad5b-d9cb-469f-a165-70867728950e",
                                        "0F8FAD5B-D9CB-469F-A165-70867728950E",
                                        "0f8fad5bd9cb469fa16570867728950e",
                                        "0f8fad5b-d9cb-469f-a165-70867728950g",
                                        "0f8fad5b-d9cb-469f-a165-70867728950",
                                        "sixteen bytes id",
                                        "",
                                        "00000000-0000-0000-0000-000000000000"};
  MetricSeries series = a_series("loss");
  for (const std::string& id : ids) series.rows.push_back(a_metric_row(id));
  append({series});
  append({series});
  EXPECT_EQ(row_ids("loss"), ids);
}

TEST_P(MetricStoreContract, LaterBatchesComeBehindEarlierOnes) {
  append({a_series("loss", {a_metric_row("3")})});
  reopen();
  append({a_series("loss", {a_metric_row("1"), a_metric_row("2")})});
  EXPECT_EQ(row_ids("loss"), (std::vector<std::string>{"3", "1", "2"}));
}

TEST_P(MetricStoreContract, ARepeatedRowIsOneRowAndTheFirstStays) {
  append({a_series("loss", {a_metric_row("1", 0.5), a_metric_row("1", 0.7)})});
  reopen();
  append({a_series("loss", {a_metric_row("0"), a_metric_row("1", 0.9), a_metric_row("2")})});
  EXPECT_EQ(row_ids("loss"), (std::vector<std::string>{"1", "0", "2"}));
  EXPECT_EQ(find("loss")->rows[0], a_metric_row("1", 0.5));
}

TEST_P(MetricStoreContract, TheSameIdCountsInEachNameAndRun) {
  append({a_series("loss", {a_metric_row("1")}), a_series("accuracy", {a_metric_row("1")})});
  append({a_series("loss", {a_metric_row("1")})}, "other");
  EXPECT_EQ(find("loss")->rows.size(), 1U);
  EXPECT_EQ(find("accuracy")->rows.size(), 1U);
  EXPECT_EQ(find("loss", "other")->rows.size(), 1U);
}

TEST_P(MetricStoreContract, OneNameTwiceInABatchIsOneSeries) {
  append({a_series("loss", {a_metric_row("1")}),
          a_series("loss", {a_metric_row("1"), a_metric_row("2")})});
  EXPECT_EQ(row_ids("loss"), (std::vector<std::string>{"1", "2"}));
}

TEST_P(MetricStoreContract, ColumnsAndPropertiesAreThoseOfTheLatestBatch) {
  append({a_series("loss", {a_metric_row("1")})});
  append({{"loss", R"({"loss":"int"})", "{}", {}}});
  EXPECT_EQ(find("loss")->columns, R"({"loss":"int"})");
  EXPECT_EQ(find("loss")->properties, "{}");
  EXPECT_EQ(find("loss")->rows.size(), 1U);
}

TEST_P(MetricStoreContract, ListsSeriesByNameWithoutTheirRows) {
  append({a_series("loss", {a_metric_row("1")}), a_series("accuracy", {a_metric_row("2")})});
  append({a_series("elsewhere", {})}, "other");
  EXPECT_EQ(
      look_up([](Transaction& t) { return t.metrics().list(kWorkspace, domain::RunId("r")); }),
      (std::vector{a_series("accuracy"), a_series("loss")}));
}

TEST_P(MetricStoreContract, FindsNothingOfAnUnknownNameOrRun) {
  append({a_series("loss", {a_metric_row("1")})});
  EXPECT_EQ(find("Loss"), std::nullopt) << "names of metrics have a case";
  EXPECT_EQ(find("loss", "other"), std::nullopt);
}

TEST_P(MetricStoreContract, ARepeatAfterAFailedWriteIsNotTakenForKnown) {
  append({a_series("loss", {a_metric_row("1")})});
  EXPECT_EQ(code_of(write([](Transaction& t) -> base::Result<void> {
              HP_TRYV(t.metrics().append(
                  kWorkspace, domain::RunId("r"),
                  {a_series("loss", {a_metric_row("2")}), a_series("new", {a_metric_row("1")})}));
              return base::conflict("Changed", "the use case changed its mind");
            })),
            ErrorCode::Conflict);
  EXPECT_EQ(find("new"), std::nullopt);
  append({a_series("loss", {a_metric_row("2")})});
  EXPECT_EQ(row_ids("loss"), (std::vector<std::string>{"1", "2"}));
}

}  // namespace homeport::testing
