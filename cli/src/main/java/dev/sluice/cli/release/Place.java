package dev.sluice.cli.release;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.cluster.ClusterScene;
import dev.sluice.cli.cluster.Connection;
import dev.sluice.cli.lab.LabFolder;
import dev.sluice.cli.lab.LabScene;
import dev.sluice.cli.scene.Scene;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Where releases are looked for: on a cluster, or in this machine's lab where that is said. Nothing
 * is guessed: whoever is on call must never act on the wrong one.
 */
public final class Place {
  private static final String USUAL = "";

  @Mixin private Connection connection;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Default: the one of the kubeconfig's context.")
  private @Nullable String namespace;

  @Option(
      names = "--lab",
      arity = "0..1",
      fallbackValue = USUAL,
      preprocessor = Attached.class,
      paramLabel = "DIR",
      description =
          "The lab on this machine instead of a cluster; with =DIR the one that sluice lab was"
              + " given as --folder.")
  private @Nullable String lab;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public Place() {}

  /** Takes a value only with "=": the word behind {@code --lab} may be a release's name. */
  static final class Attached implements IParameterPreprocessor {
    /** Made by picocli. */
    Attached() {}

    @Override
    public boolean preprocess(
        Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      if (" ".equals(info.get("separator"))) {
        args.push(USUAL);
      }
      return false;
    }
  }

  boolean isLab() {
    return lab != null;
  }

  /** The one namespace, or the lab. */
  Scene open() throws Failed {
    return open(false);
  }

  /**
   * @param everywhere all namespaces of the cluster
   */
  public Scene open(boolean everywhere) throws Failed {
    if (everywhere && namespace != null) {
      throw wrong("-A is all namespaces and -n is one: leave one of them out.");
    }
    if (lab == null) {
      return cluster(everywhere);
    }
    if (everywhere || namespace != null || connection.isNamed()) {
      throw wrong(
          "--lab is on this machine, and -n, -A, --context and --kubeconfig are of a cluster: leave"
              + " one of them out.");
    }
    return new LabScene(lab.isEmpty() ? usual() : new LabFolder(Path.of(lab)));
  }

  private Scene cluster(boolean everywhere) throws Failed {
    try {
      return ClusterScene.open(connection, Optional.ofNullable(namespace), everywhere);
    } catch (Failed e) {
      if (e.exit() == Exit.UNREACHABLE && !connection.isNamed() && usual().isThere()) {
        throw new Failed(e.exit(), e.getMessage() + " The lab of this machine is meant by --lab.");
      }
      throw e;
    }
  }

  private static LabFolder usual() {
    return LabFolder.usual(System.getenv());
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
