/** What must be on a cluster before Sluice can work there, and how it comes and goes. */
@NullMarked
package dev.sluice.kubernetes.install;

import org.jspecify.annotations.NullMarked;
