package dev.sluice.probes.gateway;

/** A Service as a gateway's backend, whichever of its ports. */
public record Backend(String namespace, String service) {}
