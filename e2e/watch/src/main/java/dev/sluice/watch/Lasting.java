package dev.sluice.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must not last: since when it has been so without a break, each thing by its name. */
final class Lasting {
  private final Map<String, Instant> since = new HashMap<>();
  private final Set<String> said = new HashSet<>();

  void is(String what, boolean so, Instant now) {
    if (so) {
      since.putIfAbsent(what, now);
    } else if (!since.isEmpty()) {
      since.remove(what);
      said.remove(what);
    }
  }

  /** Those that have lasted for longer, each once; to be asked before what is new is told. */
  List<String> over(Duration limit, Instant now) {
    if (since.isEmpty()) {
      return List.of();
    }
    List<String> late = new ArrayList<>();
    since.forEach(
        (what, from) -> {
          if (now.isAfter(from.plus(limit)) && said.add(what)) {
            late.add(what);
          }
        });
    return late;
  }

  void forget() {
    since.clear();
    said.clear();
  }
}
