package dev.sluice.local.node;

import dev.sluice.local.proxy.Endpoint;
import dev.sluice.local.proxy.LabProxy;
import dev.sluice.local.proxy.Routing;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The lab's proxy as the node's gateway. */
record ProxyGateway(LabProxy proxy) implements Gateway {
  @Override
  public void route(Routes routes) {
    proxy.route(
        new Routing(endpoints(routes.root()), endpoints(routes.candidate()), routes.split()));
  }

  @Override
  public Map<String, Sent> sent() {
    Map<String, Sent> sent = new TreeMap<>();
    proxy.sent().forEach((set, s) -> sent.put(set, new Sent(s.ordinary(), s.all(), s.bad())));
    return sent;
  }

  @Override
  public int port() {
    return proxy.port();
  }

  @Override
  public void close() {
    proxy.close();
  }

  private static List<Endpoint> endpoints(List<Backend> backends) {
    return backends.stream().map(b -> new Endpoint(b.hash(), b.pod(), b.port())).toList();
  }
}
