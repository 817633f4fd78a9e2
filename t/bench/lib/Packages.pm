# Where the files of Debian's packages are: unpacked for the benchmark, or installed.
package Packages;

use strict;
use warnings;

my $root = $ENV{BENCH_PACKAGES} // '';

# Where a file is that is usr/… in its package, or undef.
sub path { (grep {-e} "$root/$_[0]", "/$_[0]")[0] }

# The unpacked packages' folder of shared libraries.
sub libraries { (grep {-d} glob "$root/usr/lib/*-linux-gnu*")[0] // "$root/usr/lib" }

# The version of a package, unpacked or installed.
sub version {
    my ($package) = @_;
    my ($archive) = glob "$root/archives/${package}_*.deb";
    return $1 =~ s/%3a/:/ri if $archive && $archive =~ /_([^_]+)_[^_]+\.deb$/;
    return `dpkg-query -Wf '\${Version}' $package 2>/dev/null`;
}

1;
