# All servers of the chosen cases: what they are made of, and which processes work in a case.
package Site;

use strict;
use warnings;

use File::Basename qw(dirname);

use Workspace qw(folder free_port read_file write_file);

require Others;
require Packages;
require Server;

my $others = dirname(__FILE__) . '/../others';

# Starts everything. The cases get `port`, `bare_port`, `processes`, and `shared` where one of those
# has the client's processor; the first process is the one that is compared.
sub build {
    my ($module, @cases) = @_;
    mkdir folder() . '/temp';
    my %redis = start_redis(@cases);
    my %fill = (folder => folder(), packages => $ENV{BENCH_PACKAGES}, libraries => Packages::libraries(),
        others => folder(), secret => read_file(folder() . '/hs256.key'),
        map { $_ => "127.0.0.1:$redis{$_}{port}", "${_}_port" => $redis{$_}{port},
            "${_}_socket" => 'unix:' . Server::redis_socket($_) } keys %redis);
    my %groups;
    push @{$groups{$_->{group}}}, $_ for @cases;
    for my $name (sort keys %groups) {
        my @members = @{$groups{$name}};
        my $bare = free_port();
        my @service;
        if ($name eq 'auth_request') {
            $fill{service} = free_port();
            @service = Server::nginx('service', Server::SERVICE(), http => '',
                servers => [[$fill{service}, 'return 204;']]);
        }
        $_->{port} = free_port() for @members;
        my $start = $name eq 'haproxy' ? \&start_haproxy : \&start_nginx;
        my $worker = $start->($name, $module, $bare, \%fill, @members);
        for my $case (@members) {
            my @redis = map { $redis{$_}{pid} } grep {defined} $case->{redis};
            @$case{qw(bare_port processes)} = ($bare, [$worker, @service, @redis]);
            $case->{shared} = @{$case->{processes}} > 1 && Server::SERVICE() == 1;
        }
    }
}

sub start_redis {
    my (@cases) = @_;
    my %redis;
    for my $name (map { $_->{redis} // () } @cases) {
        next if $redis{$name};
        my $port = free_port();
        $redis{$name} = {port => $port, pid => Server::redis($name, $port)};
        Server::revoke_a_million($port) if $name eq 'full';
    }
    return %redis;
}

sub start_nginx {
    my ($name, $module, $bare, $fill, @cases) = @_;
    my $group = Others::group($name);
    my @modules = $name eq 'ours' ? $module
        : map { Packages::path("usr/lib/nginx/modules/$_.so") } @{$group->{modules}};
    place($_, $fill) for qw(session.lua session.js);
    my @servers = map {[$_->{port}, fill("$_->{server} location / { $_->{location} empty_gif; }", $fill)]} @cases;
    return Server::nginx($name, Server::WORKER(), modules => \@modules,
        http => fill(join("\n    ", $group->{http}, map { $_->{http} } @cases), $fill),
        servers => [[$bare, 'location / { empty_gif; }'], @servers]);
}

sub start_haproxy {
    my ($name, $module, $bare, $fill, $case) = @_;
    write_file('empty.gif', pack('H*', '47494638396101000100800000000000ffffff21f904'
                . '01000000002c000000000100010000020144003b'), 0644);
    place('haproxy.cfg', {%$fill, bare => $bare, haproxy => $case->{port}});
    return Server::haproxy(folder() . '/haproxy.cfg', $bare);
}

# A file of others/ with its gaps filled, for workers of another user to read.
sub place {
    my ($name, $fill) = @_;
    write_file($name, fill(read_file("$others/$name"), $fill), 0644);
}

sub fill {
    my ($text, $fill) = @_;
    return $text =~ s/\@(\w+)\@/$fill->{$1} \/\/ $&/ger;
}

1;
