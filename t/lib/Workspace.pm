# What every part of the kit shares: one temporary folder, free ports, patience, and a list of secrets.
package Workspace;

use strict;
use warnings;

use Carp qw(croak);
use Exporter qw(import);
use File::Temp ();
use IO::Socket::INET;
use Socket qw(AF_UNIX SOCK_STREAM pack_sockaddr_un);
use Time::HiRes qw(sleep time);

our @EXPORT_OK = qw(folder write_file read_file free_port connections patience wait_until keep_secret secrets);

# Workers run as another user where the tests run as root: they may enter, not read the keys.
my $folder = File::Temp->newdir('session-test-XXXXXX', TMPDIR => 1);
chmod 0755, "$folder";

my (@secrets, @held);

sub folder { "$folder" }

# A file in the folder, readable by nobody else unless a mode is given; its path.
sub write_file {
    my ($name, $bytes, $mode) = @_;
    my $path = $name =~ m{^/} ? $name : "$folder/$name";
    open my $file, '>:raw', "$path.new" or croak "$path: $!";
    print $file $bytes or croak "$path: $!";
    close $file or croak "$path: $!";
    chmod $mode // 0600, "$path.new";
    rename "$path.new", $path or croak "$path: $!";
    return $path;
}

sub read_file {
    my ($path, $offset) = @_;
    open my $file, '<:raw', $path or return '';
    seek $file, $offset // 0, 0;
    local $/;
    return scalar(<$file>) // '';
}

# A loopback port that stays ours while this process lives: other test files see the abstract socket
# of its number taken. Below the ephemeral ports, so that no client's connection sits on it.
sub free_port {
    for (1 .. 500) {
        my $port = 10240 + int rand 20000;
        socket my $claim, AF_UNIX, SOCK_STREAM, 0 or croak "socket: $!";
        bind $claim, pack_sockaddr_un("\0session-test-port-$port") or next;
        my $probe = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 1,
            ReuseAddr => 1) or next;
        push @held, $claim;
        return $port;
    }
    croak 'no free port';
}

# Seconds, stretched where nginx runs under a sanitizer.
sub patience { $_[0] * ($ENV{TEST_NGINX_PRELOAD} ? 6 : 1) }

# The first true result of the code, or false when the seconds are over.
sub wait_until(&;$) {
    my ($code, $seconds) = @_;
    my $end = time + patience($seconds // 5);
    while (1) {
        my $result = $code->();
        return $result if $result;
        return if time > $end;
        sleep 0.01;
    }
}

# How many established connections those processes have to these ports.
sub connections {
    my ($ports, @pids) = @_;
    my %port = map { $_ => 1 } @$ports;
    my %socket;
    for my $line (split /\n/, read_file('/proc/net/tcp')) {
        my (undef, undef, $remote, $state, undef, undef, undef, undef, undef, $inode) = split ' ', $line;
        $socket{"socket:[$inode]"} = 1 if $state eq '01' && $remote =~ /:([0-9A-F]+)$/ && $port{hex $1};
    }
    return scalar grep { $socket{readlink($_) // ''} } map { glob "/proc/$_/fd/*" } @pids;
}

# No log may ever hold this text. Short ones would be found by chance.
sub keep_secret { push @secrets, grep { defined && length >= 16 } @_ }
sub secrets { @secrets }

1;
