/**
 * How Sluice comes to a cluster by its chart, install.yaml or kustomize, with Helm's own binary.
 */
@NullMarked
package dev.sluice.e2e.chart;

import org.jspecify.annotations.NullMarked;
