package dev.sluice.sim.cluster;

import dev.sluice.sim.api.ApiError;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.Change;
import dev.sluice.sim.api.Key;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Deletes what has owners and none of them is there any more: background deletion of {@code
 * pkg/controller/garbagecollector}. Without foreground deletion and orphans.
 */
public final class GarbageCollector {
  private final ApiServer server;
  private final Set<String> there = new HashSet<>();
  private final TreeSet<Key> orphaned = new TreeSet<>();

  public GarbageCollector(ApiServer server) {
    this.server = server;
    server.all().forEach(o -> there.add(o.getMetadata().getUid()));
    server.listen(this::heard);
  }

  private void heard(Change change) {
    String uid = change.object().getMetadata().getUid();
    if (change.kind() != Change.Kind.DELETED) {
      there.add(uid);
      return;
    }
    there.remove(uid);
    for (HasMetadata object : server.all()) {
      if (ApiServer.owners(object).stream().anyMatch(o -> o.getUid().equals(uid))) {
        orphaned.add(Key.of(object));
      }
    }
  }

  public boolean hasWork() {
    return !orphaned.isEmpty();
  }

  public void work() {
    Key key = orphaned.removeFirst();
    Optional<HasMetadata> object = server.get(key);
    if (object.isEmpty()
        || ApiServer.owners(object.get()).stream()
            .map(OwnerReference::getUid)
            .anyMatch(there::contains)) {
      return;
    }
    try {
      server.delete(Caller.KUBERNETES, key, Optional.empty());
    } catch (ApiError e) {
      orphaned.add(key);
    }
  }
}
