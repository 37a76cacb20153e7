package dev.sluice.local.node;

/**
 * A pod that requests can be sent to.
 *
 * @param hash of its set
 */
record Backend(String hash, String pod, int port) {}
