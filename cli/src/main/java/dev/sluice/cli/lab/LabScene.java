package dev.sluice.cli.lab;

import dev.sluice.api.Metadata;
import dev.sluice.api.Percent;
import dev.sluice.api.Release;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.Act;
import dev.sluice.cli.scene.Given;
import dev.sluice.cli.scene.Glance;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.cli.scene.Standing;
import dev.sluice.engine.world.World;
import dev.sluice.local.driver.LocalEvidence;
import dev.sluice.local.driver.NodeClient;
import dev.sluice.local.driver.NodeProcess;
import dev.sluice.local.load.Accounts;
import dev.sluice.operator.Decided;
import dev.sluice.operator.JsonStore;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedVerdict;
import dev.sluice.operator.StateRefused;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A lab as another process sees it, that runs or has run: one policy, and its last releases. */
public final class LabScene implements Scene {
  private final LabFolder folder;

  public LabScene(LabFolder folder) {
    this.folder = folder;
  }

  /**
   * What was there at one moment.
   *
   * @param node empty where the lab has ended
   */
  private record Seen(LabInput input, Course course, Saved saved, Optional<NodeClient> node) {
    String policy() {
      return input.policy().policy().metadata().name();
    }
  }

  /**
   * @throws Failed if no lab was ever there
   */
  private Seen look() throws Failed, IOException {
    Optional<Course> course = folder.course();
    Optional<Saved> saved;
    try {
      saved = JsonStore.read(folder.state());
    } catch (StateRefused e) {
      throw new Failed(Exit.USAGE, String.valueOf(e.getMessage()));
    }
    if (course.isEmpty() || saved.isEmpty()) {
      throw new Failed(
          Exit.UNREACHABLE,
          "No lab is in %s. Start one with sluice lab --keep, or name its folder with --lab=DIR."
              .formatted(folder.path()));
    }
    return new Seen(
        LabInput.kept(folder, course.get()),
        course.get(),
        saved.get(),
        NodeProcess.find(folder.path()));
  }

  @Override
  public String name() {
    return "the lab in " + folder.path();
  }

  @Override
  public String flags() {
    return folder.equals(LabFolder.usual(System.getenv())) ? "--lab" : "--lab=" + folder.path();
  }

  @Override
  public List<Glance> glances() throws Failed, IOException {
    Seen seen = look();
    Standing standing = standing(seen);
    return List.of(
        new Glance(PolicyView.of(standing, seen.input().policy().policy()), Optional.of(standing)));
  }

  @Override
  public Scene within(Optional<String> namespace) {
    return this;
  }

  @Override
  public Optional<PolicyView> policy(String name) throws Failed, IOException {
    return policies().stream().filter(p -> p.name().equals(name)).findFirst();
  }

  @Override
  public List<ReleaseView> releases(Optional<String> policy) throws Failed, IOException {
    Seen seen = look();
    Map<String, List<Decided>> byRelease = new LinkedHashMap<>();
    for (Decided d : seen.saved().decisions()) {
      d.release().ifPresent(r -> byRelease.computeIfAbsent(r, _ -> new ArrayList<>()).add(d));
    }
    Optional<Release> last = standing(seen).release();
    List<ReleaseView> views = new ArrayList<>();
    byRelease.forEach((name, all) -> views.add(view(seen.policy(), name, own(all), last)));
    return policy.filter(p -> !p.equals(seen.policy())).isPresent() ? List.of() : views.reversed();
  }

  /** Up to the one that ended it: what is decided later is about no release. */
  private static List<Decided> own(List<Decided> decisions) {
    for (int i = 0; i < decisions.size(); i++) {
      if (decisions.get(i).phase().filter(p -> p.ended()).isPresent()) {
        return decisions.subList(0, i + 1);
      }
    }
    return decisions;
  }

  private static ReleaseView view(
      String policy, String name, List<Decided> decisions, Optional<Release> last) {
    Decided end = decisions.getLast();
    Release.Status status =
        new Release.Status(
            end.phase().orElseThrow(),
            end.condition(),
            end.stage(),
            new Percent(BigDecimal.valueOf(end.weight().perMille(), 1)),
            end.odds(),
            end.hurt(),
            end.code(),
            end.sentence(),
            List.of());
    Release object =
        last.filter(r -> r.metadata().name().equals(name))
            .orElseGet(
                () ->
                    new Release(
                        Metadata.named(name, Optional.empty()),
                        new Release.Spec(policy, "", ""),
                        status));
    return ReleaseView.of(Optional.empty(), policy, name, decisions, object);
  }

  @Override
  public Optional<ReleaseView> release(String name) throws Failed, IOException {
    return releases(Optional.empty()).stream().filter(r -> r.name().equals(name)).findFirst();
  }

  @Override
  public Standing standing(String policy) throws Failed, IOException {
    return standing(look());
  }

  private static Standing standing(Seen seen) throws IOException {
    Optional<World> world = Optional.empty();
    Optional<Accounts> accounts = Optional.empty();
    if (seen.node().isPresent()) {
      world = Optional.of(seen.node().get().world());
      accounts = Optional.of(seen.node().get().accounts());
    }
    return new Standing(
        Instant.now(),
        seen.input().policy().policy(),
        seen.input().plan(),
        seen.saved(),
        SavedVerdict.of(
            seen.input().plan(), seen.saved(), Lab.SETTINGS.tick(), LocalEvidence.WEIGHT_ACCURACY),
        seen.course().around(world, accounts),
        seen.node().isPresent()
            ? List.of()
            : List.of("The lab has ended; this is how it stood last."));
  }

  @Override
  public Optional<String> over() throws Failed, IOException {
    return look().node().isPresent()
        ? Optional.empty()
        : Optional.of("The lab has ended before the release did.");
  }

  @Override
  public Given give(Act act) throws Failed, IOException {
    Seen seen = look();
    if (seen.node().isEmpty()) {
      throw new Failed(
          Exit.USAGE,
          "The lab of %s has ended, so nothing can be done to it.".formatted(act.release()));
    }
    List<Decided> before = seen.saved().decisions();
    String id =
        seen.node()
            .get()
            .command(
                act.release(), act.action(), act.stage(), act.by(), act.groups(), act.reason());
    return new Given(
        act, id, id, act.by(), before.isEmpty() ? Instant.EPOCH : before.getLast().at());
  }

  @Override
  public Optional<List<Decided>> since(Given given) throws Failed, IOException {
    Saved saved = look().saved();
    return saved.memory().handled().contains(given.id())
        ? Optional.of(
            saved.decisions().stream().filter(d -> d.at().isAfter(given.after())).toList())
        : Optional.empty();
  }

  @Override
  public String nobody(Given given) {
    return "Does sluice lab still run?";
  }

  @Override
  public void close() {
    // Nothing is held open between two looks.
  }
}
