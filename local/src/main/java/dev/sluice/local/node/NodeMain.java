package dev.sluice.local.node;

import dev.sluice.local.pod.BackOff;
import dev.sluice.local.pod.Pods;
import dev.sluice.local.proxy.LabProxy;
import dev.sluice.probes.metrics.Scraper;
import java.io.IOException;
import java.nio.file.Path;

/** The process that the lab's data path lives in: pods, proxy and users. */
public final class NodeMain {
  private NodeMain() {}

  /**
   * @param args the lab's folder
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    NodeHost.run(Path.of(args[0]), new Parts());
  }

  private static final class Parts implements NodeHost.Parts {
    @Override
    public Fleet fleet(NodeConfig config, Path folder) throws IOException {
      return new ProcessFleet(
          new Pods(folder.resolve("logs"), BackOff.USUAL), new Scraper(config.sought()));
    }

    @Override
    public Gateway gateway(NodeConfig config) throws IOException {
      return new ProxyGateway(LabProxy.start(config.proxyPort(), LabProxy.Timeouts.USUAL));
    }

    @Override
    public Crowd crowd(NodeConfig config, int proxyPort) {
      return LoadCrowd.on(proxyPort, config.users());
    }
  }
}
