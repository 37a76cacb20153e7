package dev.sluice.watch;

import dev.sluice.watch.Thing.Command;
import dev.sluice.watch.Thing.Release;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Invariant 12: a version that was aborted, or undone, is released again only by retry, whatever
 * else is edited. An undo brings back the version before it in the same way. A policy that is made
 * anew knows nothing.
 */
final class AbortedStaysAborted implements Rule {
  private static final int REMEMBERED = 50;

  /** By the version's hash: the release that ended so. More are not remembered by anybody. */
  private final Map<String, String> aborted =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** Releases that somebody asked to be tried again, or undone. */
  private final Set<String> retried = new HashSet<>();

  private final Map<String, Release> undone = new HashMap<>();
  private String policy = "";
  private String begun = "";

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    switch (change.after()) {
      case Command command -> commanded(command, scene);
      case Policy now -> told(change, now, scene);
      case Release _, Thing.Pod _, Thing.PodSet _, Thing.Entry _ -> {}
      case Thing.Deployment _, Division _, Thing.Nothing _ -> {}
    }
    if (change.after() instanceof Policy || change.after() instanceof Release) {
      Optional<Release> running = scene.running().filter(r -> !r.name().equals(begun));
      running.ifPresent(r -> begins(r, findings));
    }
  }

  private void commanded(Command command, Scene scene) {
    if (command.action().equals("Retry")) {
      retried.add(command.release());
    } else if (command.action().equals("Undo")) {
      scene.release(command.release()).ifPresent(r -> undone.put(r.stable(), r));
    }
  }

  private void told(Change change, Policy now, Scene scene) {
    if (!now.uid().equals(policy)) {
      policy = now.uid();
      aborted.clear();
      retried.clear();
      undone.clear();
      begun = "";
    }
    boolean ends =
        now.phase().equals("Aborted") && change.before() instanceof Policy was && was.runs();
    if (ends) {
      scene.release(now.release()).ifPresent(r -> aborted.put(r.candidate(), r.name()));
    }
  }

  private void begins(Release release, Findings findings) {
    begun = release.name();
    Release before = undone.remove(release.candidate());
    if (before != null && before.candidate().equals(release.stable())) {
      aborted.put(before.candidate(), before.name());
      aborted.remove(release.candidate());
      return;
    }
    String ended = aborted.remove(release.candidate());
    if (ended != null && !retried.remove(ended)) {
      findings.broken(
          "12",
          "%s releases the version %s again, which was aborted in %s, and nobody gave retry.",
          release.name(),
          release.candidate(),
          ended);
    }
  }
}
