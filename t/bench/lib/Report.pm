# What a run found, in words and one table.
package Report;

use strict;
use warnings;

use List::Util qw(max min);

use Workspace qw(read_file);

require Others;
require Packages;

# How far an unprotected location may be from itself in a run that is to be believed.
use constant TRUSTED => 0.02;

# The share of its processor that a worker gets where nothing else wants it.
use constant QUIET => 0.9;

sub median { quantile(0.5, @_) }

# By the nearest rank, between the two in the middle for the median of an even number.
sub quantile {
    my ($share, @values) = @_;
    @values = sort { $a <=> $b } @values;
    my $place = $share * $#values;
    my $low = $values[int $place];
    my $high = $values[min($#values, int($place) + 1)];
    return $low + ($high - $low) * ($place - int $place);
}

sub rounds { values %{$_[0]{rounds}} }
sub ratios { map { $_->{case}{cpu} / $_->{bare}{cpu} } rounds($_[0]) }
sub of { my ($case, $which, $what) = @_; median(map { $_->{$which}{$what} } rounds($case)) }

sub machine {
    my ($model) = read_file('/proc/cpuinfo') =~ /^model name\s*:\s*(.*)/m;
    chomp(my ($count, $kernel) = (`nproc`, `uname -sr`));
    my ($system) = read_file('/etc/os-release') =~ /^PRETTY_NAME="?([^"\n]*)/m;
    my ($load) = split ' ', read_file('/proc/loadavg');
    my @packages = map { my $version = Packages::version($_); $version ? "$_ $version" : () }
        qw(nginx libssl3 redis-server libnginx-mod-http-lua libnginx-mod-http-js haproxy);
    return sprintf "Machine: %s, %d processors; %s; %s; load before the run %s\nPackages: %s\n",
        $model // 'unknown processor', $count, $kernel, $system, $load, join ', ', @packages;
}

sub how {
    return <<'TEXT';
CPU: of the worker, by /proc/PID/schedstat, kernel included; "all" adds Redis and other services.
Ratio: to an unprotected location of the same server with the same requests, the median of rounds.
32 keep-alive connections, 256 tokens of about 250 bytes (RS256: 550), GET of empty_gif; the worker
alone on one processor, a client that spins on another, Redis and services on the client's or a third.
TEXT
}

my @columns = (['CPU us', '%.2f'], ['ratio', '%.2f'], ['all us', '%.2f'], ['requests/s', '%.0f'],
    ['p50 us', '%.0f'], ['p99 us', '%.0f']);

sub line {
    my ($name, $says, @values) = @_;
    return sprintf("%-14s %-42s", $name, $says)
        . join('', map { sprintf '%*s', 2 + max(6, length $columns[$_][0]), $values[$_] } 0 .. $#columns) . "\n";
}

sub table {
    my (@cases) = @_;
    my $text = line('case', '', map { $_->[0] } @columns);
    for my $case (@cases) {
        my @values = (of($case, 'case', 'cpu'), median(ratios($case)),
            map { of($case, 'case', $_) } qw(all rate median high));
        $text .= line($case->{name}, $case->{says}, map { sprintf $columns[$_][1], $values[$_] } 0 .. $#columns);
    }
    return $text;
}

# What has to be known of those we are compared with. haproxy is no nginx: its bare path is its own.
sub notes {
    my (@cases) = @_;
    my %first;
    $first{$_->{group}} //= $_ for @cases;
    my $text = join '', map { my $note = Others::group($_)->{note}; $note ? "$note\n" : () } sort keys %first;
    my $haproxy = $first{haproxy} or return $text;
    return $text . sprintf "haproxy's bare path takes %.2f us; beside bare nginx the case has a ratio of %.2f.\n",
        of($haproxy, 'bare', 'cpu'), of($haproxy, 'case', 'cpu') / of($first{ours}, 'bare', 'cpu');
}

# What a long list costs: the case with it and the one without, round by round.
sub long_lists {
    my (@cases) = @_;
    my %named = map { $_->{name} => $_ } @cases;
    my $text = '';
    for my $case (grep { $_->{against} && $named{$_->{against}} } @cases) {
        my ($long, $short) = map { $_->{rounds} } $case, $named{$case->{against}};
        my @both = grep { $short->{$_} } keys %$long;
        $text .= sprintf "%s costs %.3f of %s.\n", $case->{name},
            median(map { $long->{$_}{case}{cpu} / $short->{$_}{case}{cpu} } @both), $case->{against};
    }
    return $text;
}

# How noisy it was, and whether it can be believed at all.
sub noise {
    my (@cases) = @_;
    my ($bare) = grep { $_->{name} eq 'bare' } @cases;
    my @cpu = map { $_->{bare}{cpu} } rounds($bare);
    my @ratios = ratios($bare);
    my ($ratio, $busy) = (median(@ratios), of($bare, 'bare', 'busy'));
    my $text = sprintf "Noise, rounds: %d; bare %.2f us, from %.2f to %.2f; against itself %.3f, from %.3f to %.3f.\n",
        scalar @cpu, median(@cpu), min(@cpu), max(@cpu), $ratio, min(@ratios), max(@ratios);
    $text .= sprintf "Something else was running: the bare worker got %.0f %% of its processor. "
        . "These are not the figures of a quiet machine.\n", 100 * $busy if $busy < QUIET;
    return $text if abs($ratio - 1) <= TRUSTED;
    return $text . sprintf "THIS RUN CANNOT BE BELIEVED: an unprotected location must cost %.2f of itself, "
        . "within %.2f.\n", 1, TRUSTED;
}

1;
