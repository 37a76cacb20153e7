package dev.sluice.engine.sequence;

import dev.sluice.engine.model.Split;
import dev.sluice.engine.world.EntryPoint;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.RouteState;
import dev.sluice.engine.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Turns the difference between what should be true and what is into the writes that may go out now.
 * Level-triggered: an unchanged world in which the target is reached gives no write at all, and any
 * prefix of the writes may be lost.
 *
 * <p>Only writes of the lowest {@link Rank} that is allowed go out together, so a way back is
 * always first (invariant 2), pins precede the candidate (invariant 10) and the hand-over is one
 * write at a time (invariant 11).
 */
public final class Sequencer {
  private Sequencer() {}

  /**
   * The writes that may go out now; the next ones follow from the world that these leave behind.
   */
  public static List<Write> next(Target target, World world) {
    List<Write> all = new ArrayList<>();
    traffic(target, world, all);
    hold(target, world, all);
    candidate(target, world, all);
    sizes(target, world, all);
    ownership(target, world, all);
    leftovers(target, world, all);

    Rank lowest = null;
    List<Write> now = new ArrayList<>();
    for (Write write : all) {
      if (!write.allowed(world)) {
        continue;
      }
      if (lowest == null || write.rank().compareTo(lowest) < 0) {
        lowest = write.rank();
        now.clear();
      }
      if (write.rank() == lowest) {
        now.add(write);
      }
    }
    return lowest == null ? List.of() : combinable(lowest, now);
  }

  /** Forward steps and hand-over steps go one by one; but all Services flip together. */
  private static List<Write> combinable(Rank rank, List<Write> writes) {
    return switch (rank) {
      case WAY_BACK, HOLD, PROTECT, PREPARE, SHRINK -> List.copyOf(writes);
      case FORWARD, HAND_OVER, RESTORE -> together(writes);
    };
  }

  private static List<Write> together(List<Write> writes) {
    Write first = writes.getFirst();
    return first instanceof Write.Pin || first instanceof Write.Unpin
        ? writes.stream().filter(w -> w.getClass() == first.getClass()).toList()
        : List.of(first);
  }

  private static void traffic(Target target, World world, List<Write> out) {
    boolean splitFirst = partialWayBack(target, world);
    world.route().ifPresent(route -> split(target, world, route, splitFirst, out));
    if (!splitFirst) {
      for (EntryPoint entry : world.entryPoints()) {
        pin(target, world, entry, out);
      }
    }
  }

  /**
   * Stable cannot yet carry everything and the pins still are on the candidate: the split that
   * keeps a part there must be in place before the pins go back.
   */
  private static boolean partialWayBack(Target target, World world) {
    return target.back()
        && target.split().filter(Split::reachesCandidate).isPresent()
        && world.route().filter(r -> !r.split().equals(target.split())).isPresent()
        && target.candidate().isPresent()
        && world.candidateService().equals(target.candidate().map(Target.Candidate::hash))
        && world.allPinnedTo(target.candidate().get().hash());
  }

  private static void split(
      Target target, World world, RouteState route, boolean onlyBack, List<Write> out) {
    if (route.split().equals(target.split())) {
      return;
    }
    String candidate =
        target.candidate().map(Target.Candidate::hash).or(world::candidateService).orElse("");
    if (target.split().isEmpty()) {
      String root = target.pin().orElse(target.owner());
      // A late write of somebody else's may have sent users there after the way back was done.
      if (route.reachesCandidate() && (target.back() || !world.allPinnedTo(root))) {
        if (!root.equals(candidate)) {
          Split back = route.split().get().allStable();
          out.add(new Write.SetSplit(back, candidate, 0, Rank.WAY_BACK, route.version()));
        }
        return;
      }
      out.add(new Write.ClearSplit(root, route.version()));
      return;
    }
    Split to = target.split().get();
    Rank rank =
        onlyBack || takesAway(route.split(), to)
            ? Rank.WAY_BACK
            : to.reachesCandidate() ? Rank.FORWARD : Rank.PREPARE;
    int ready = rank == Rank.FORWARD ? target.ready() : 0;
    out.add(new Write.SetSplit(to, candidate, ready, rank, route.version()));
  }

  private static boolean takesAway(Optional<Split> from, Split to) {
    if (from.isEmpty()) {
      return false;
    }
    Split was = from.get();
    boolean less =
        to.candidate().compareTo(was.candidate()) < 0
            || to.mirror().compareTo(was.mirror()) < 0
            || !to.match().containsAll(was.match());
    return less && to.candidate().compareTo(was.candidate()) <= 0;
  }

  private static void pin(Target target, World world, EntryPoint entry, List<Write> out) {
    if (entry.pin().equals(target.pin())) {
      return;
    }
    if (target.pin().isEmpty()) {
      Optional<String> shared = target.candidate().map(Target.Candidate::hash);
      out.add(new Write.Unpin(entry.name(), shared, target.ready(), entry.version()));
      return;
    }
    String hash = target.pin().get();
    boolean forward =
        !target.back() && target.candidate().filter(c -> c.hash().equals(hash)).isPresent();
    if (entry.pin().isEmpty() && forward) {
      out.add(new Write.Pin(entry.name(), hash, target.ready(), Rank.FORWARD, entry.version()));
      return;
    }
    if (entry.pin().isEmpty()) {
      boolean others = world.sets().stream().anyMatch(s -> !s.hash().equals(hash) && s.ready() > 0);
      Rank rank = others ? Rank.WAY_BACK : Rank.PROTECT;
      out.add(new Write.Pin(entry.name(), hash, 0, rank, entry.version()));
      return;
    }
    boolean nobodyAnswers = world.ready(entry.pin().get()) == 0;
    out.add(
        target.back() || nobodyAnswers
            ? new Write.Pin(entry.name(), hash, 0, Rank.WAY_BACK, entry.version())
            : new Write.Pin(entry.name(), hash, target.ready(), Rank.FORWARD, entry.version()));
  }

  private static void hold(Target target, World world, List<Write> out) {
    if (target.held() && !world.workload().held()) {
      out.add(new Write.Hold(world.workload().version()));
    }
  }

  private static void candidate(Target target, World world, List<Write> out) {
    if (target.candidate().isPresent()) {
      Target.Candidate wanted = target.candidate().get();
      Optional<PodSet> set = world.set(wanted.hash());
      if (set.isEmpty()) {
        int size = target.sizes().getOrDefault(wanted.hash(), 0);
        out.add(new Write.CreateSet(wanted.hash(), wanted.template(), size));
      } else if (set.get().inDeployment()
          && !set.get().active()
          && !target.owner().equals(wanted.hash())) {
        out.add(takeOut(set.get(), target.owner(), Rank.PREPARE));
      }
      if (world.route().isPresent()
          && world.candidateService().filter(wanted.hash()::equals).isEmpty()) {
        out.add(new Write.ServeCandidate(wanted.hash()));
      }
    } else if (world.candidateService().isPresent()) {
      out.add(new Write.DropCandidateService());
    }
    if (!world.preview().equals(target.preview())) {
      out.add(new Write.Preview(target.preview()));
    }
    for (String check : target.checks()) {
      if (!world.checks().containsKey(check)) {
        out.add(new Write.StartCheck(check));
      }
    }
  }

  private static Write takeOut(PodSet set, String servedBy, Rank rank) {
    return new Write.TakeOut(set.hash(), servedBy, rank, set.version());
  }

  private static void sizes(Target target, World world, List<Write> out) {
    for (PodSet set : world.sets()) {
      int wanted = target.sizes().getOrDefault(set.hash(), 0);
      if (!set.inDeployment() && set.size() != wanted) {
        out.add(new Write.Resize(set.hash(), wanted, wanted > set.size(), set.version()));
      }
    }
  }

  /**
   * One set leaves, then the other comes, so that a held Deployment never has two with pods
   * (invariant 11). Its history leaves before: a paused Deployment without active sets scales up
   * the newest one it owns (FindActiveOrLatest in Kubernetes' pkg/controller/deployment/util). It
   * comes back once nothing is held.
   */
  private static void ownership(Target target, World world, List<Write> out) {
    Optional<PodSet> owner = world.set(target.owner());
    if (owner.isPresent() && !owner.get().inDeployment()) {
      world.sets().stream()
          .filter(PodSet::inDeployment)
          .sorted(Comparator.comparing(PodSet::active))
          .forEach(set -> out.add(takeOut(set, target.owner(), Rank.HAND_OVER)));
      out.add(new Write.GiveIn(target.owner(), Rank.HAND_OVER, owner.get().version()));
    }
    if (target.template().filter(t -> !t.equals(world.workload().template())).isPresent()) {
      out.add(new Write.WriteTemplate(target.template().get(), world.workload().version()));
    }
    if (!target.held() && world.workload().held()) {
      out.add(new Write.Release(target.owner(), world.workload().version()));
    }
  }

  private static void leftovers(Target target, World world, List<Write> out) {
    for (PodSet set : world.sets()) {
      boolean left =
          !set.inDeployment()
              && !set.active()
              && !target.sizes().containsKey(set.hash())
              && !target.owner().equals(set.hash())
              && target.candidate().filter(c -> c.hash().equals(set.hash())).isEmpty();
      if (left) {
        out.add(
            set.userOwned()
                ? new Write.GiveIn(set.hash(), Rank.RESTORE, set.version())
                : new Write.DeleteSet(set.hash(), set.version()));
      }
    }
  }
}
