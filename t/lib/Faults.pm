# What has to hold whatever befalls Redis: a strict and a caching realm under load, a fault that begins and ends, and six
# promises.
#
#   my $faults = Faults->new;                # Redis behind a FaultProxy; direct => 1: without one, fleet => $fleet: a
#                                            # Sentinels or a RedisCluster, whose revocations are on a replica too
#   $faults->endures('silence', begin => sub { $faults->proxy->mode('silent') },
#       end => sub { $faults->proxy->mode('pass') });
#
# More of a fault: seconds (how long it lasts), deaf (Redis takes no commands meanwhile), forgets (it has lost what it
# held: who was not asked about yet may pass), stores (it may be told of a logout, and what it was told stays).
package Faults;

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(sleep time);

use FaultProxy;
use Load;
use Nginx;
use RedisServer;
use Tokens;
use Workspace qw(folder patience read_file wait_until write_file);

our $timeout = 0.3;
our $max_stale = 1;
my @modes = qw(strict cached);

sub new {
    my ($class, %setting) = @_;
    new_key('v1');
    write_file($_, 'hello', 0644) for @modes, 'free';
    my $redis = $setting{fleet} // RedisServer->new;
    my $proxy = $setting{direct} || $setting{fleet} ? undef : FaultProxy->new(target => $redis->port);
    my $realm = 'key v1 file=v1.key; cookie access_token; redis_timeout 300ms; redis '
        . ($proxy // $redis)->address . '; ' . $redis->topology;
    my $nginx = Nginx->new(
        workers => 2,
        realms => {strict => "$realm revocation strict;", cached => "$realm revocation cached max_stale=1s;"},
        server => 'keepalive_requests 1000000; add_header X-Cache "$session_cache" always; root ' . folder() . ';',
        locations => join('', map {"location /$_ { auth_session $_; } location /$_/out { session_logout $_ /; }"} @modes)
            . 'location /free {} location = /status { session_status; }',
    );
    return bless {redis => $redis, proxy => $proxy, nginx => $nginx, fleet => $setting{fleet}, number => 0}, $class;
}

sub redis { $_[0]{redis} }
sub proxy { $_[0]{proxy} }
sub nginx { $_[0]{nginx} }

sub token { my ($self, $who) = @_; cookie(mint({sub => $who, jti => "id-$who"})) }
sub revoke { my ($self, @who) = @_; $self->write("session:revoked:{$_}:id-$_") for @who }

sub write {
    my ($self, $key) = @_;
    return $self->{fleet} ? $self->{fleet}->replicated('SET', $key, 1) : $self->redis->cli('SET', $key, 1) eq 'OK';
}

# Users of this fault: known to be good, known to be revoked, revoked but not asked about, and forged ones.
sub begin_users {
    my ($self) = @_;
    my $n = ++$self->{number};
    $self->{who} = {map { $_ => "$_$n" } qw(good bad new)};
    $self->{cookie} = {map { $_ => $self->token("$_$n") } qw(good bad new victim leaver)};
    $self->{cookie}{forged} = tamper($self->token("forged$n"));
    $self->revoke("bad$n", "new$n");
}

sub users {
    my ($self, %fault) = @_;
    my %answers = (good => ['200 valid hello', '503 store'], bad => ['401 revoked'],
        new => ['401 revoked', '503 store', $fault{forgets} ? '200 valid hello' : ()], forged => ['401 signature']);
    my @users = map {
        my $mode = $_;
        map {
            {headers => [[split /: /, $self->{cookie}{$_}, 2]], path => "/$mode", group => 'session',
                answers => $answers{$_}}
        } sort keys %answers;
    } @modes;
    return [@users, map { {headers => [], path => '/free', group => 'free', answers => ['200  hello']} } 1 .. 3];
}

sub load { my ($self, %fault) = @_; Load->start($self->nginx, seconds => 60, clients => [qw(keep keep keep once once)],
        users => $self->users(%fault)) }

sub ask { my ($self, $mode, $cookie) = @_; $self->nginx->get("/$mode", $cookie) }

# Everybody is judged rightly, a revocation that is new as well, and the cache is one.
sub well {
    my ($self) = @_;
    my $probe = 'probe' . ++$self->{probes};
    $self->redis->cli('SET', "session:revoked:{$probe}:id-$probe", 1) =~ /OK/ or return;
    my $cookie = $self->token($probe);
    for my $mode (@modes) {
        return if $self->ask($mode, $cookie)->answer ne '401 revoked';
        return if $self->ask($mode, $self->{cookie}{bad})->answer ne '401 revoked';
        for (1 .. 4) { return if $self->ask($mode, $self->{cookie}{good})->answer ne '200 valid' }
    }
    return $self->ask('cached', $self->{cookie}{good})->header('X-Cache') eq 'HIT';
}

# What the workers hold: which of them, and what is open in all, for the connection that hears of changes may change hands.
sub holdings {
    my ($self) = @_;
    my @workers = sort { $a <=> $b } $self->nginx->workers('all');
    my @open = map { glob "/proc/$_/fd/*" } @workers;
    return join ' ', $self->redis->clients(@workers), scalar(@open), @workers;
}

# The same once clients that have their answer are gone.
sub settled_holdings {
    my ($self) = @_;
    my ($before, $now) = ('', '');
    wait_until { sleep 0.1; ($before, $now) = ($now, $self->holdings); $before eq $now } 5;
    return $now;
}

# Each worker has asked each master: it connects to those that it has a question for.
sub meet_all {
    my ($self) = @_;
    for my $number (1 .. ($self->{fleet} ? 50 : 0)) {
        my $cookie = $self->token("passer-by$self->{number}-$number");
        $self->ask($_, $cookie) for @modes;
    }
}

# One who is revoked while the fault lasts, and the answers to him and to one who logs out.
sub revoke_meanwhile {
    my ($self, $until, %fault) = @_;
    my @answers;
    $self->revoke("victim$self->{number}") unless $fault{deaf};
    my $revoked = time;
    my %out;
    while (time < $until) {
        for my $mode (@modes) {
            my $start = time;
            push @answers, [$mode, $start - $revoked, $self->ask($mode, $self->{cookie}{victim})->answer];
            next if $out{$mode};
            $out{$mode} = $self->nginx->post("/$mode/out", $self->{cookie}{leaver})->status;
        }
        sleep 0.02;
    }
    my %bound = (strict => 0, cached => $max_stale + 0.1);
    my @passed = grep { my ($mode, $age, $answer) = @$_; $answer =~ /^200/ && $age > $bound{$mode} } @answers;
    return ($fault{deaf} || $fault{forgets} ? [] : \@passed, \%out);
}

sub endures {
    my ($self, $name, %fault) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $nginx = $self->nginx;
    $self->begin_users;
    wait_until { $self->well } 10 or return fail "$name: well before";
    $self->ask($_, $self->{cookie}{victim}) for @modes;
    $self->meet_all;
    my $before = $self->settled_holdings;
    my $load = $self->load(%fault);
    sleep 0.5;
    my $usual = $load->stop->{groups}{free};

    $nginx->forget_log;
    $load = $self->load(%fault);
    sleep 0.2;
    $fault{begin}->();
    my ($passed, $out) = $self->revoke_meanwhile(time + patience($fault{seconds} // 1.8), %fault);
    $fault{end}->();
    my $end = time;
    my $well = wait_until { $self->well } 2;
    my $back = time - $end;
    my $met = $load->stop;
    $self->check($name, $met, $usual, $passed);
    ok $well, "$name: normal again within two seconds";
    $self->check_logouts($name, $out, %fault);
    $self->meet_all;
    ok +(wait_until { $self->holdings eq $before } 5), "$name: descriptors and connections as before"
        or diag "$before\n" . $self->holdings;
    $self->check_log($name);
    my ($slowest, $free) = map { $met->{groups}{$_}{slowest} } qw(session free);
    note sprintf '%s: %d answers, slowest %.3f s and %.3f s without a session, back after %.2f s', $name, $met->{answers},
        $slowest, $free, $back;
    note explain $met->{counts};
}

# The clients share the machine: how long requests without a session took tells what it adds.
sub check {
    my ($self, $name, $met, $usual, $passed) = @_;
    is_deeply [$met->{wrong}, $met->{failed}], [[], []], "$name: each request has one right answer";
    is $met->{counts}{'closed between requests'} // 0, 0, "$name: no connection is closed";
    my ($session, $free) = @{$met->{groups}}{qw(session free)};
    cmp_ok $session->{slowest}, '<=', $timeout + 0.2 + $free->{slowest}, "$name: within the timeout and 200 ms";
    cmp_ok $free->{p95}, '<=', 3 * $usual->{p95} + 0.05, "$name: others do not wait";
    is_deeply $passed, [], "$name: nobody passes who was revoked meanwhile";
}

# Who was told that he is logged out is; who was not was told so.
sub check_logouts {
    my ($self, $name, $out, %fault) = @_;
    for my $mode (@modes) {
        like $out->{$mode}, qr/^(?:200|503)$/, "$name: $mode: a logout has an answer";
        next if $out->{$mode} != 200;
        is $self->ask($mode, $self->{cookie}{leaver})->answer, '401 revoked', "$name: $mode: logged out";
    }
}

sub check_log {
    my ($self, $name) = @_;
    my (%lines, @workers);
    for my $line ($self->nginx->log_lines(qr/\[(?:warn|error|crit|alert|emerg)\]/)) {
        $lines{"$1 $2"}++ if $line =~ /^(\S+ \S+) \[\w+\] (\d+)#/;
    }
    is_deeply [grep { $lines{$_} > 10 } sort keys %lines], [], "$name: at most ten lines a second and worker";
    unlike $self->nginx->log, qr/\[(?:alert|emerg)\]/, "$name: no alert";
    is scalar(() = $self->nginx->log =~ /exited on signal/g), 0, "$name: no worker died";
}

1;
