package dev.sluice.probes.checks;

/** What can be asked without Kubernetes. */
public sealed interface Check permits HttpCheck, WebhookCheck {}
