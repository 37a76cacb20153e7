/** What happens in a lab: versions, users and steps, as a file says it. */
@NullMarked
package dev.sluice.local.scenario;

import org.jspecify.annotations.NullMarked;
