package dev.sluice.local.proxy;

/**
 * A pod that requests can be sent to, on this machine.
 *
 * @param set hash of the set that it belongs to
 */
public record Endpoint(String set, String pod, int port) {}
