package dev.sluice.cli.lab;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.Progress;
import dev.sluice.cli.scene.Standing;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.World;
import dev.sluice.local.driver.LocalActuator;
import dev.sluice.local.driver.LocalEvidence;
import dev.sluice.local.driver.LocalObserver;
import dev.sluice.local.driver.NodeClient;
import dev.sluice.local.driver.NodeProcess;
import dev.sluice.local.load.Accounts;
import dev.sluice.local.node.NodeMain;
import dev.sluice.operator.ControlLoop;
import dev.sluice.operator.Decided;
import dev.sluice.operator.JsonStore;
import dev.sluice.operator.Listener;
import dev.sluice.operator.Settings;
import dev.sluice.operator.StateRefused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The control process of a lab: drives releases through the node, which lives on without it. Killed
 * at any moment and started again it goes on where it was.
 */
public final class Lab {
  static final Settings SETTINGS = Settings.defaults().saving(Duration.ofSeconds(2));
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration SHOW = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration READY = Duration.ofSeconds(60);

  private final LabFolder folder;
  private final LabInput input;
  private final Programs programs;
  private final Progress progress;
  private final Listener bystander;
  private volatile Optional<Listener.Look> look = Optional.empty();

  /**
   * @param bystander hears what the loop does, and has no part in it
   */
  public Lab(
      LabFolder folder,
      LabInput input,
      Map<String, String> env,
      Progress progress,
      Listener bystander) {
    this.folder = folder;
    this.input = input;
    this.programs = new Programs(env, folder);
    this.progress = progress;
    this.bystander = bystander;
  }

  /**
   * Runs the scenario to its end.
   *
   * @param port that users come to; 0: any that is free
   * @param keep whether it is served on until the process is ended
   * @return what came of it
   * @throws Failed if it cannot be started; then nothing was
   */
  public Summary run(int port, boolean keep) throws Failed, IOException, InterruptedException {
    programs.check(input.scenario());
    folder.create();
    try (JsonStore store = open()) {
      Optional<NodeClient> running = NodeProcess.find(folder.path());
      Course course = running.isPresent() ? resumed() : fresh(port);
      NodeClient node =
          running.isPresent()
              ? running.get()
              : NodeProcess.start(folder.path(), input.node(programs, port), NodeMain.class);
      Thread ending = new Thread(this::end, "end");
      Runtime.getRuntime().addShutdownHook(ending);
      try {
        return drive(node, store, course, keep);
      } finally {
        end();
        remove(ending);
      }
    }
  }

  private JsonStore open() throws Failed, IOException {
    try {
      JsonStore store = JsonStore.open(folder.state());
      try {
        store.load();
      } catch (IOException e) {
        store.close();
        throw e;
      }
      return store;
    } catch (StateRefused e) {
      throw new Failed(Exit.USAGE, e.getMessage() + " Or name another folder with --folder.");
    }
  }

  private Course resumed() throws Failed, IOException {
    Course course = folder.course().orElseThrow(() -> other("another lab"));
    if (!course.scenario().equals(input.scenario().name()) || course.pace() != input.pace()) {
      throw other("the scenario " + course.scenario());
    }
    progress.says("The lab in " + folder.path() + " goes on where it was.");
    return course;
  }

  private Failed other(String what) {
    return new Failed(
        Exit.USAGE,
        "In %s %s is still under way. Go on with it, end it with sluice lab --stop, or name another folder with --folder."
            .formatted(folder.path(), what));
  }

  private Course fresh(int port) throws Failed, IOException {
    if (port != 0) {
      try (ServerSocket free = new ServerSocket()) {
        free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException e) {
        throw new Failed(
            Exit.USAGE,
            "Port %d is in use. Name another with --port, or leave it out for any that is free."
                .formatted(port));
      }
    }
    folder.clear();
    folder.keep(input.text(), input.policyText());
    return Course.begin(input.scenario().name(), input.pace(), Instant.now());
  }

  private Summary drive(NodeClient node, JsonStore store, Course course, boolean keep)
      throws Failed, IOException, InterruptedException {
    Script script = new Script(input, programs, node, folder, course);
    progress.says(
        "%s: %s Users come to http://127.0.0.1:%d; its files are in %s."
            .formatted(
                input.scenario().name(),
                input.scenario().about(),
                node.address().proxyPort(),
                folder.path()));
    if (course.templates().isEmpty()) {
      script.started(firstReady(node), Instant.now());
      node.load(input.scenario().rate());
    }
    LocalObserver observer = new LocalObserver(node);
    ControlLoop loop =
        new ControlLoop(
            input.policy().policy().metadata().name(),
            input.plan().spec(),
            new ControlLoop.Ports(
                observer, new LocalActuator(node, observer), new LocalEvidence(node), store),
            SETTINGS,
            ControlLoop.Clockwork.real(),
            Listener.all(listener(), bystander));
    Thread driver = Thread.ofPlatform().name("control").start(() -> runLoop(loop));
    try {
      boolean inTime = follow(script, node, loop, keep);
      node.load(0);
      Summary summary = Summary.of(input.scenario(), script.course(), settled(node));
      if (!inTime) {
        throw new Failed(
            Exit.HELD,
            "%s\nThe scenario's limit of %d s is over, and it is not through: %s"
                .formatted(summary.line(), input.scenario().limit().toSeconds(), waitsFor(script)));
      }
      return summary;
    } finally {
      loop.stop();
      driver.join(Duration.ofSeconds(10));
    }
  }

  /** What is in flight when the load ends may still be answered. */
  private static Accounts settled(NodeClient node) throws IOException, InterruptedException {
    Accounts accounts = node.accounts();
    long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    while (open(accounts) > 0 && System.nanoTime() < until) {
      Thread.sleep(LOOK);
      accounts = node.accounts();
    }
    return accounts;
  }

  private static long open(Accounts a) {
    long lost = a.sets().values().stream().mapToLong(Accounts.OfSet::lost).sum();
    return a.sent() - a.answered() - a.failedBySystem() - lost;
  }

  private static void runLoop(ControlLoop loop) {
    try {
      loop.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Follows what goes on and does the script's steps; false where the limit came first. A node that
   * does not answer is asked again: on a busy machine that passes.
   */
  private boolean follow(Script script, NodeClient node, ControlLoop loop, boolean keep)
      throws Failed, IOException, InterruptedException {
    Instant shown = Instant.EPOCH;
    Instant answered = Instant.now();
    while (true) {
      Instant now = Instant.now();
      Optional<Listener.Look> last = look;
      try {
        if (last.isPresent() && script.advance(last.get(), now)) {
          look = Optional.empty();
          loop.poke();
        } else if (last.isPresent() && script.over(last.get()) && !keep) {
          return true;
        }
        if (last.isPresent() && Duration.between(shown, now).compareTo(SHOW) >= 0) {
          progress.stands(standing(last.get(), script.course(), node));
          shown = now;
        }
        answered = now;
      } catch (IOException e) {
        if (Duration.between(answered, Instant.now()).compareTo(PATIENCE) > 0) {
          throw e;
        }
      }
      if (!keep && script.age(now).compareTo(input.scenario().limit()) > 0) {
        return false;
      }
      Thread.sleep(LOOK);
    }
  }

  private Standing standing(Listener.Look last, Course course, NodeClient node) throws IOException {
    return new Standing(
        last.at(),
        input.policy().policy(),
        input.plan(),
        last.saved(),
        last.verdict(),
        course.around(Optional.of(last.world()), Optional.of(node.accounts())),
        last.troubles());
  }

  private String waitsFor(Script script) {
    String reason =
        look.flatMap(l -> l.saved().reason())
            .map(r -> r.sentence())
            .orElse("nothing was seen yet.");
    return script
        .next()
        .map(step -> "step %d waits. Last: %s".formatted(script.course().done() + 1, reason))
        .orElse(reason);
  }

  private String firstReady(NodeClient node) throws Failed, IOException, InterruptedException {
    long end = System.nanoTime() + READY.toNanos();
    while (true) {
      World world = node.world();
      int ready = world.sets().stream().mapToInt(PodSet::ready).sum();
      if (ready >= input.scenario().pods()) {
        return world.workload().template();
      }
      if (System.nanoTime() > end) {
        throw new Failed(
            Exit.UNREACHABLE,
            "The first version did not become ready within %d s: %s. What its pods print is in %s/logs."
                .formatted(
                    READY.toSeconds(),
                    world.sets().stream()
                        .flatMap(s -> s.trouble().stream())
                        .findFirst()
                        .orElse("no pod is there"),
                    folder.path()));
      }
      Thread.sleep(LOOK);
    }
  }

  private Listener listener() {
    return new Listener() {
      @Override
      public void decided(Decided entry) {
        progress.decided(entry);
      }

      @Override
      public void looked(Look seen) {
        look = Optional.of(seen);
      }

      @Override
      public void troubled(String sentence) {
        progress.says(sentence);
      }
    };
  }

  private void end() {
    try {
      NodeProcess.stop(folder.path());
    } catch (IOException e) {
      progress.says(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already; the hook does what is to be done.
    }
  }
}
