package dev.sluice.engine.sequence;

import dev.sluice.engine.model.Split;
import dev.sluice.engine.world.EntryPoint;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.World;
import java.util.Optional;

/**
 * One write to one object. Idempotent: done twice it is done once. {@link #allowed} is its
 * precondition on the world; an actuator asks it again of the freshest world it has, and writes
 * with {@link #version}, so that a world that moved on answers with a conflict instead of harm.
 */
public sealed interface Write {
  Rank rank();

  /** Whether the world permits it now. */
  boolean allowed(World world);

  /** The resourceVersion of the object as it was seen; empty for an object that is to be made. */
  String version();

  /** The Deployment is kept from rolling by itself. */
  record Hold(String version) implements Write {
    @Override
    public Rank rank() {
      return Rank.HOLD;
    }

    @Override
    public boolean allowed(World world) {
      return true;
    }
  }

  /**
   * The Deployment may roll again; there must be nothing to roll. Its controller must know the set:
   * one that hears first that nothing is held would make another of the same template.
   */
  record Release(String owner, String version) implements Write {
    @Override
    public Rank rank() {
      return Rank.HAND_OVER;
    }

    @Override
    public boolean allowed(World world) {
      return world.set(owner).filter(s -> s.inDeployment() && s.adopted()).isPresent()
          && world.set(owner).get().template().equals(world.workload().template())
          && world.activeInDeployment().stream().allMatch(s -> s.hash().equals(owner));
    }
  }

  /**
   * An entry point is pinned to a hash. Nobody who is answered is ever led to pods that are not
   * ready: which pods are gone and which have come back is asked again when it is about to land.
   *
   * @param ready ready pods that the hash must have in any case
   */
  record Pin(String entryPoint, String hash, int ready, Rank rank, String version)
      implements Write {
    @Override
    public boolean allowed(World world) {
      int needed = world.answers(entryPoint) ? Math.max(1, ready) : ready;
      return world.ready(hash) >= needed;
    }
  }

  /**
   * An entry point's selector is the user's again.
   *
   * @param sharedWith by replicas: the candidate that is let in on purpose, which must be ready
   */
  record Unpin(String entryPoint, Optional<String> sharedWith, int ready, String version)
      implements Write {
    @Override
    public Rank rank() {
      return sharedWith.isPresent() ? Rank.FORWARD : Rank.RESTORE;
    }

    @Override
    public boolean allowed(World world) {
      String kept =
          world.entryPoints().stream()
              .filter(e -> e.name().equals(entryPoint))
              .findFirst()
              .flatMap(EntryPoint::pin)
              .orElse("");
      return sharedWith.isPresent()
          ? world.ready(sharedWith.get()) >= ready
          : world.sets().stream().noneMatch(s -> s.active() && !s.hash().equals(kept));
    }
  }

  /** The route divides as the split says. */
  record SetSplit(Split split, String candidate, int ready, Rank rank, String version)
      implements Write {
    @Override
    public boolean allowed(World world) {
      return rank == Rank.WAY_BACK
          || (world.candidateService().filter(candidate::equals).isPresent()
              && world.ready(candidate) >= ready
              && !world.anyUnpinned());
    }
  }

  /** The route is what the user wrote. */
  record ClearSplit(String root, String version) implements Write {
    @Override
    public Rank rank() {
      return Rank.RESTORE;
    }

    @Override
    public boolean allowed(World world) {
      return !world.splitReachesCandidate() || world.allPinnedTo(root);
    }
  }

  /** The candidate's set is made: the user's template to the letter, beside the Deployment. */
  record CreateSet(String hash, String template, int size) implements Write {
    @Override
    public Rank rank() {
      return Rank.PREPARE;
    }

    @Override
    public boolean allowed(World world) {
      return world.workload().held()
          && !world.anyUnpinned()
          && !world.anyPinnedTo(hash)
          && world.setOf(template).isEmpty();
    }

    @Override
    public String version() {
      return "";
    }
  }

  /** A set outside the Deployment gets another size. */
  record Resize(String hash, int size, boolean grows, String version) implements Write {
    @Override
    public Rank rank() {
      return grows ? Rank.PREPARE : Rank.SHRINK;
    }

    @Override
    public boolean allowed(World world) {
      boolean outside = world.set(hash).filter(s -> !s.inDeployment()).isPresent();
      return outside && (grows || size > 0 || !world.reaches(hash));
    }
  }

  /**
   * A set leaves the Deployment: its labels change and it has no controller, in one write. The
   * Deployment's controller must know that it is held: one that hears first that the set has gone
   * would make another.
   *
   * @param servedBy the other set, which every entry point must be pinned to
   */
  record TakeOut(String hash, String servedBy, Rank rank, String version) implements Write {
    @Override
    public boolean allowed(World world) {
      return world.workload().held()
          && world.workload().observed()
          && world.allPinnedTo(servedBy)
          && !servedBy.equals(hash);
    }
  }

  /**
   * A set becomes the Deployment's. Never a second one with pods while it is held (invariant 11).
   */
  record GiveIn(String hash, Rank rank, String version) implements Write {
    @Override
    public boolean allowed(World world) {
      boolean empty = world.set(hash).filter(s -> !s.active()).isPresent();
      return world.workload().held() ? world.activeInDeployment().isEmpty() && !empty : empty;
    }
  }

  /** A set that Sluice made and that has no pods is deleted. */
  record DeleteSet(String hash, String version) implements Write {
    @Override
    public Rank rank() {
      return Rank.RESTORE;
    }

    @Override
    public boolean allowed(World world) {
      return !world.anyPinnedTo(hash)
          && !world.splitReachesCandidate()
          && world.set(hash).filter(PodSet::active).isEmpty();
    }
  }

  /** The Deployment asks for that template again. */
  record WriteTemplate(String template, String version) implements Write {
    @Override
    public Rank rank() {
      return Rank.HAND_OVER;
    }

    @Override
    public boolean allowed(World world) {
      return world.workload().held();
    }
  }

  /** The candidate's own Service, and the budget that goes with it, select that hash. */
  record ServeCandidate(String hash) implements Write {
    @Override
    public Rank rank() {
      return Rank.PREPARE;
    }

    @Override
    public boolean allowed(World world) {
      return !world.splitReachesCandidate();
    }

    @Override
    public String version() {
      return "";
    }
  }

  /** The candidate's own Service and budget go. */
  record DropCandidateService() implements Write {
    @Override
    public Rank rank() {
      return Rank.RESTORE;
    }

    @Override
    public boolean allowed(World world) {
      return world.route().map(r -> r.split().isEmpty()).orElse(true);
    }

    @Override
    public String version() {
      return "";
    }
  }

  /** The preview Service shows that hash; empty: it is as its user wrote it. */
  record Preview(Optional<String> hash) implements Write {
    @Override
    public Rank rank() {
      return hash.isPresent() ? Rank.PREPARE : Rank.RESTORE;
    }

    @Override
    public boolean allowed(World world) {
      return true;
    }

    @Override
    public String version() {
      return "";
    }
  }

  /** A check is started. */
  record StartCheck(String name) implements Write {
    @Override
    public Rank rank() {
      return Rank.PREPARE;
    }

    @Override
    public boolean allowed(World world) {
      return true;
    }

    @Override
    public String version() {
      return "";
    }
  }
}
