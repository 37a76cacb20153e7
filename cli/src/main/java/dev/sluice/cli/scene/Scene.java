package dev.sluice.cli.scene;

import dev.sluice.cli.Failed;
import dev.sluice.operator.Decided;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where releases are: a namespace of a cluster, or a lab. Whoever asks it twice gets what is there
 * the second time.
 *
 * <p>Every question throws {@link Failed} where asking again is of no use (no right, no such
 * thing), and an {@link IOException} where it may be.
 */
public interface Scene extends AutoCloseable {
  /** For sentences: "the namespace shop". */
  String name();

  /** What a person adds to a command so that it means this place, like {@code -n shop}. */
  String flags();

  /** Those that there are, by name. */
  default List<PolicyView> policies() throws Failed, IOException {
    return glances().stream().map(Glance::view).toList();
  }

  Optional<PolicyView> policy(String name) throws Failed, IOException;

  /** The same as {@link #policies()}, each with how it stands: what one look at all costs. */
  List<Glance> glances() throws Failed, IOException;

  /**
   * The same place, where a name is that of a policy in this namespace. It is closed with this one,
   * and not by itself.
   *
   * @param namespace of a policy of this place; empty: there are none
   */
  Scene within(Optional<String> namespace);

  /**
   * Those that are remembered, newest first.
   *
   * @param policy empty: of all policies
   */
  List<ReleaseView> releases(Optional<String> policy) throws Failed, IOException;

  Optional<ReleaseView> release(String name) throws Failed, IOException;

  /** All that is known of one policy now. */
  Standing standing(String policy) throws Failed, IOException;

  /** Why nothing more will come of what is under way; empty: it may. */
  Optional<String> over() throws Failed, IOException;

  /** Returns when the command was given; nobody has taken it up yet. */
  Given give(Act act) throws Failed, IOException;

  /** What was decided since the command was taken up; empty: nobody has taken it up. */
  Optional<List<Decided>> since(Given given) throws Failed, IOException;

  /** A sentence for when nobody takes it up: what becomes of it, and where to look. */
  String nobody(Given given);

  @Override
  void close();
}
