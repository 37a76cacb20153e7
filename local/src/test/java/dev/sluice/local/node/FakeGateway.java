package dev.sluice.local.node;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.local.load.Accounts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends requests to fake pods as the routes say, a hundred in a second or as many as asked. */
final class FakeGateway implements Gateway, Crowd {
  final List<Routes> routed = new CopyOnWriteArrayList<>();
  private final FakeFleet fleet;
  private final Random random = new Random(11);
  private final Map<String, long[]> sent = new HashMap<>();
  private final ScheduledExecutorService users = Executors.newSingleThreadScheduledExecutor();
  private double perSecond;
  private long lost;

  FakeGateway(FakeFleet fleet) {
    this.fleet = fleet;
    var _ = users.scheduleAtFixedRate(this::some, 10, 10, TimeUnit.MILLISECONDS);
  }

  private synchronized void some() {
    int requests = (int) (perSecond / 100 + random.nextDouble());
    for (int i = 0; i < requests && !routed.isEmpty(); i++) {
      one(routed.getLast());
    }
  }

  private void one(Routes routes) {
    double share = routes.split().map(Split::candidate).orElse(Share.NONE).fraction();
    List<Backend> to = random.nextDouble() < share ? routes.candidate() : routes.root();
    if (to.isEmpty()) {
      lost++;
      return;
    }
    Backend backend = to.get(random.nextInt(to.size()));
    boolean good = fleet.serve(backend.pod(), random.nextDouble());
    long[] all = sent.computeIfAbsent(backend.hash(), _ -> new long[2]);
    all[0] += good ? 0 : 1;
    all[1]++;
  }

  @Override
  public synchronized void route(Routes routes) {
    routed.add(routes);
    fleet.events.add("root " + routes.root().stream().map(Backend::pod).toList());
  }

  @Override
  public synchronized Map<String, Sent> sent() {
    Map<String, Sent> now = new HashMap<>();
    sent.forEach((hash, all) -> now.put(hash, new Sent(all[1], all[1], all[0])));
    return now;
  }

  @Override
  public int port() {
    return 0;
  }

  @Override
  public synchronized void rate(double rate) {
    perSecond = rate;
  }

  @Override
  public synchronized Accounts accounts() {
    return new Accounts(0, 0, lost, 0, Map.of(), Map.of());
  }

  @Override
  public void close() {
    users.shutdownNow();
  }
}
