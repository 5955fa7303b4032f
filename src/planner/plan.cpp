#include "planner/plan.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "planner/gpus.hpp"

namespace homeport::planner {
namespace {

using domain::NodeState;

/// One cluster while the plan is being made.
struct Share {
  const ClusterView* view = nullptr;
  std::vector<const NodeView*> idle;       ///< free to use, lowest index first
  std::vector<const NodeView*> preparing;  ///< highest index last
  int running = 0;                         ///< busy now
  int unusable = 0;
  int promised = 0;            ///< nodes of gangs that were placed or are waited for
  int promised_idle = 0;       ///< idle ones held for a waiting gang
  int promised_preparing = 0;  ///< preparing ones (started ones too) held for a waiting gang
  int started = 0;
  size_t next = 0;  ///< first run of the queue that was not looked at
  bool done = false;
  bool short_of_places = false;
  bool short_of_gpus = false;
  bool leaving = false;
  std::set<int> indices;

  bool can_start(base::TimePoint now) const { return !view->deleting && now >= view->retry_at; }
  int preparing_count() const { return static_cast<int>(preparing.size()) + started; }
  int idle_count() const { return static_cast<int>(idle.size()) + promised_idle; }
  /// Nodes that serve or will: what min and the idle time count.
  int usable() const { return running + idle_count() + preparing_count(); }
  int present() const { return usable() + unusable; }
  int busy() const { return running + promised; }
};

class Planner {
 public:
  Planner(const Snapshot& snapshot, base::TimePoint now)
      : snapshot_(snapshot), now_(now), free_(snapshot.capacity), free_gpus_(snapshot.free_gpus) {}

  Plan make() {
    for (const ClusterView& view : snapshot_.clusters) take_stock(view);
    coming_ += std::min(free_, 0);  // The engine may have become smaller than what is there.
    for (Share& share : shares_) dismiss_unwanted(share);
    keep_minimums();
    serve_queues();
    for (Share& share : shares_) release_idle(share);
    for (const Share& share : shares_) report(share);
    return std::move(plan_);
  }

 private:
  void take_stock(const ClusterView& view) {
    Share share;
    share.view = &view;
    for (const NodeView& node : view.nodes) {
      share.indices.insert(node.index);
      --free_;
      switch (node.state) {
        case NodeState::Preparing:
          share.preparing.push_back(&node);
          break;
        case NodeState::Idle:
          (node.confirmed ? share.idle : share.preparing).push_back(&node);
          break;
        case NodeState::Running:
          ++share.running;
          break;
        case NodeState::Unusable:
          ++share.unusable;
          break;
        case NodeState::Leaving:
        case NodeState::Preempted:
          ++coming_;
          share.leaving = true;
          break;
      }
    }
    const auto by_index = [](const NodeView* a, const NodeView* b) { return a->index < b->index; };
    std::sort(share.idle.begin(), share.idle.end(), by_index);
    std::sort(share.preparing.begin(), share.preparing.end(), by_index);
    shares_.push_back(std::move(share));
  }

  void dismiss(Share& share, const NodeView& node, DismissCause cause) {
    plan_.dismissals.push_back({node.id, cause});
    share.leaving = true;
    ++coming_;
  }

  void dismiss_unwanted(Share& share) {
    const ClusterView& view = *share.view;
    const bool replace = view.deleting || now_ >= view.retry_at;
    const int most = view.deleting ? 0 : view.scale.max_nodes;
    const auto cause = view.deleting ? DismissCause::ClusterDeleted : DismissCause::AboveMaximum;
    for (const NodeView& node : view.nodes) {
      if (node.state != NodeState::Unusable) continue;
      const bool surplus = share.present() > most;
      if (!replace && !surplus) {
        wake(view.retry_at);
        continue;
      }
      --share.unusable;
      dismiss(share, node, surplus ? cause : DismissCause::Replaced);
    }
    while (share.present() > most && !share.preparing.empty()) {
      dismiss(share, *share.preparing.back(), cause);
      share.preparing.pop_back();
    }
    while (share.present() > most && !share.idle.empty()) {
      dismiss(share, take_longest_idle(share), cause);
    }
    const bool waits = view.scale.deallocation == domain::Deallocation::WaitForRuns;
    if (is_manual(view) && !view.deleting && !waits) interrupt(view, share.present() - most);
  }

  static bool is_manual(const ClusterView& view) {
    return view.scale.mode == domain::ScaleMode::Manual;
  }

  /// Has gangs leave `surplus` nodes.
  void interrupt(const ClusterView& view, int surplus) {
    std::vector<const RunningGang*> gangs;
    for (const RunningGang& gang : view.gangs) {
      if (gang.ending) {
        surplus -= gang.node_count;
      } else {
        gangs.push_back(&gang);
      }
    }
    std::sort(gangs.begin(), gangs.end(), [](const RunningGang* a, const RunningGang* b) {
      return std::tuple(a->priority, b->since, a->key) < std::tuple(b->priority, a->since, b->key);
    });
    auto end = gangs.begin();
    for (; end != gangs.end() && surplus > 0; ++end) surplus -= (*end)->node_count;
    // A large gang that was taken late may make some of the earlier ones needless.
    for (auto at = end; at != gangs.begin();) {
      const RunningGang& gang = **--at;
      if (surplus + gang.node_count <= 0) {
        surplus += gang.node_count;
      } else {
        plan_.interruptions.push_back({gang.key, view.scale.deallocation});
      }
    }
  }

  static const NodeView& take_longest_idle(Share& share) {
    const auto oldest = std::min_element(
        share.idle.begin(), share.idle.end(), [](const NodeView* a, const NodeView* b) {
          return std::tuple(a->since, -a->index) < std::tuple(b->since, -b->index);
        });
    const NodeView& node = **oldest;
    share.idle.erase(oldest);
    return node;
  }

  /// Gives `share` a new node if the machine has a place. If not, sees to it that one becomes free.
  bool acquire(Share& share) {
    if (free_ > 0) {
      --free_;
      ++share.started;
      start(share);
      return true;
    }
    share.short_of_places = true;
    if (coming_ > 0) {
      --coming_;
    } else {
      reclaim_for(share);
    }
    return false;
  }

  void start(Share& share) {
    int index = 0;
    while (share.indices.count(index) != 0) ++index;
    share.indices.insert(index);
    plan_.starts.push_back({share.view->id, index});
  }

  void reclaim_for(const Share& needy) {
    Share* victim = nullptr;
    for (Share& other : shares_) {
      if (&other == &needy || other.idle.empty()) continue;
      if (other.usable() <= other.view->scale.min_nodes) continue;
      const bool of_no_use = other.done || other.next >= other.view->queue.size();
      const bool below_minimum = needy.usable() < needy.view->scale.min_nodes;
      if (!of_no_use && !below_minimum && needy.busy() != 0 && needy.busy() >= other.busy()) {
        continue;
      }
      if (victim == nullptr || other.usable() > victim->usable()) victim = &other;
    }
    if (victim == nullptr) return;
    dismiss(*victim, take_longest_idle(*victim), DismissCause::PlaceNeeded);
    --coming_;  // It is for the one that needed it.
  }

  void keep_minimums() {
    std::set<const Share*> refused;
    while (true) {
      Share* poorest = nullptr;
      for (Share& share : shares_) {
        if (refused.count(&share) != 0 || share.view->deleting) continue;
        if (share.usable() >= share.view->scale.min_nodes) continue;
        if (share.present() >= share.view->scale.max_nodes) continue;
        if (poorest == nullptr || share.usable() < poorest->usable()) poorest = &share;
      }
      if (poorest == nullptr) return;
      if (poorest->can_start(now_) && acquire(*poorest)) continue;
      refused.insert(poorest);
      wake(poorest->view->retry_at);
      if (!poorest->can_start(now_)) continue;
      const int missing = poorest->view->scale.min_nodes - poorest->usable();
      for (int i = 1; i < missing; ++i) acquire(*poorest);
    }
  }

  int machine_room(const Share& share) const {
    int room = snapshot_.capacity;
    for (const Share& other : shares_) {
      if (&other != &share && !other.view->deleting) room -= other.view->scale.min_nodes;
    }
    return std::max(room, 0);
  }

  bool fits_ever(const Share& share, const QueuedRun& run) const {
    return run.node_count <= share.view->scale.max_nodes && run.node_count <= machine_room(share);
  }

  void serve_queues() {
    for (Share& share : shares_) share.done = share.view->deleting;
    while (Share* share = next_to_serve()) serve(*share, share->view->queue[share->next++]);
  }

  Share* next_to_serve() {
    Share* best = nullptr;
    const auto key = [](const Share& share) {
      const QueuedRun& run = share.view->queue[share.next];
      return std::tuple(-run.priority, share.busy(), run.queue_order, share.view->id);
    };
    for (Share& share : shares_) {
      const auto& queue = share.view->queue;
      while (share.next < queue.size() && !fits_ever(share, queue[share.next])) ++share.next;
      if (share.done || share.next >= queue.size()) continue;
      if (best == nullptr || key(share) < key(*best)) best = &share;
    }
    return best;
  }

  void serve(Share& share, const QueuedRun& run) {
    if (share.busy() + run.node_count > share.view->scale.max_nodes) {
      share.done = true;  // Nodes must become free first: no new one can help.
      hold_idle(share, run.node_count);
      return;
    }
    const auto wanted = static_cast<size_t>(run.node_count);
    const int gpus = gpus_of_gang(share.view->gpus_per_node, run.node_count, snapshot_.gpus);
    const bool gpus_are_free = gpus <= free_gpus_;
    const bool nodes_come = share.idle.size() >= wanted || share.can_start(now_);
    // Its own now, or kept until there are enough.
    if (nodes_come) free_gpus_ = std::max(free_gpus_ - gpus, 0);
    // A gang that waits has taken every idle node, so that none behind it is placed before it.
    if (share.idle.size() >= wanted && gpus_are_free) {
      place(share, run);
      return;
    }
    if (share.idle.size() >= wanted) {
      share.short_of_gpus = true;
      share.done = true;
    }
    int missing = run.node_count - hold_idle(share, run.node_count);
    const int spare = share.preparing_count() - share.promised_preparing;
    const int coming = std::clamp(missing, 0, std::max(spare, 0));
    share.promised_preparing += coming;
    grow(share, missing - coming);
    share.promised += run.node_count;  // Only now: what it asks for depends on what it has.
  }

  /// Keeps idle nodes for a gang that waits. Returns how many there were.
  static int hold_idle(Share& share, int wanted) {
    const int held = std::min(wanted, static_cast<int>(share.idle.size()));
    share.idle.erase(share.idle.begin(), share.idle.begin() + held);
    share.promised_idle += held;
    return held;
  }

  void place(Share& share, const QueuedRun& run) {
    Placement placement{run.key, share.view->id, {}};
    for (int i = 0; i < run.node_count; ++i) {
      placement.nodes.push_back(share.idle[static_cast<size_t>(i)]->id);
    }
    share.idle.erase(share.idle.begin(), share.idle.begin() + run.node_count);
    share.running += run.node_count;
    placed_.insert(run.key);
    plan_.placements.push_back(std::move(placement));
  }

  void grow(Share& share, int missing) {
    if (missing > 0 && !share.can_start(now_)) {
      wake(share.view->retry_at);
      share.done = true;
      return;
    }
    for (; missing > 0 && share.present() < share.view->scale.max_nodes; --missing) {
      if (acquire(share)) {
        ++share.promised_preparing;
      } else {
        share.done = true;
      }
    }
    if (missing > 0) share.done = true;
  }

  void release_idle(Share& share) {
    const ClusterView& view = *share.view;
    while (!share.idle.empty() && share.usable() > view.scale.min_nodes) {
      const NodeView& node = take_longest_idle(share);
      const base::TimePoint due = node.since + view.scale.idle_time;
      if (due > now_) {
        wake(due);
        share.idle.push_back(&node);
        return;
      }
      dismiss(share, node, DismissCause::IdleTooLong);
    }
  }

  void report(const Share& share) {
    const ClusterView& view = *share.view;
    Outlook outlook;
    outlook.cluster_id = view.id;
    outlook.name = view.name;
    outlook.vm_size = view.vm_size;
    outlook.max_nodes = view.scale.max_nodes;
    outlook.manual = is_manual(view);
    outlook.idle = share.idle_count();
    outlook.preparing = share.preparing_count();
    outlook.running = share.running;
    outlook.unusable = share.unusable;
    outlook.machine_room = machine_room(share);
    outlook.short_of_places = share.short_of_places;
    outlook.gpus_per_node = view.gpus_per_node;
    outlook.gpus = snapshot_.gpus;
    outlook.short_of_gpus = share.short_of_gpus;
    outlook.retrying = now_ < view.retry_at;
    outlook.deleting = view.deleting;
    outlook.trouble = view.trouble;
    const int needed = is_manual(view) ? 0 : share.busy();
    const int least = view.deleting ? 0 : std::max(view.scale.min_nodes, needed);
    outlook.target = outlook.manual ? least : std::max(least, share.usable());
    outlook.resizing = outlook.preparing > 0 || share.leaving || outlook.target > share.usable() ||
                       (outlook.manual && share.usable() > outlook.target);
    size_t position = 1;
    for (const QueuedRun& run : view.queue) {
      if (placed_.count(run.key) != 0) continue;
      plan_.waiting.push_back({run.key, explain(outlook, run.node_count, position)});
      if (can_ever_fit(outlook, run.node_count)) ++position;
    }
    plan_.outlooks.push_back(std::move(outlook));
  }

  void wake(base::TimePoint at) {
    if (at > now_ && (!plan_.wake_at || at < *plan_.wake_at)) plan_.wake_at = at;
  }

  const Snapshot& snapshot_;
  base::TimePoint now_;
  std::vector<Share> shares_;
  std::set<RunKey> placed_;
  int free_;        ///< places of the machine that nothing takes
  int free_gpus_;   ///< neither leased nor kept for a gang that waits
  int coming_ = 0;  ///< places of nodes that leave, not yet meant for anyone
  Plan plan_;
};

}  // namespace

const char* to_string(DismissCause cause) {
  switch (cause) {
    case DismissCause::ClusterDeleted:
      return "the cluster is being deleted";
    case DismissCause::AboveMaximum:
      return "the cluster was made smaller";
    case DismissCause::IdleTooLong:
      return "idle for longer than the cluster's idle time";
    case DismissCause::PlaceNeeded:
      return "its place was needed by another cluster";
    case DismissCause::Replaced:
      return "replaced because it was unusable";
  }
  return "";
}

Plan plan(const Snapshot& snapshot, base::TimePoint now) {
  return Planner(snapshot, now).make();
}

}  // namespace homeport::planner
