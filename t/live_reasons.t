# Whatever ends a session ends its connections, with its reason, in Redis and in the zone: a revoked token or session, a
# marked user, an epoch of the realm or a tenant, a logout, the end of a token; and no others. So it is where every request
# asks (`strict`).
use FindBin;
use lib "$FindBin::Bin/lib";
use Admin;
use Kit;
use LiveApp;
use Stores;

new_key('v1');
my $app = LiveApp->new;

sub play {
    my ($store, $more, $name) = @_;
    my $nginx = Nginx->new(
        workers => 2,
        realm => "key v1 file=v1.key; cookie access_token; $more $store->{realm}",
        locations => $app->location('/') . 'location = /logout { session_logout app; }
            location /admin/ { session_admin app write=on; }',
    );
    my $sockets = $app->sockets;
    my ($number, $start) = (0, time);
    my @all;

    # A socket of that session; a bystander of another user and tenant beside it.
    my $open = sub {
        my (%claims) = @_;
        my $cookie = cookie(mint({tenant => 't1', jti => "j$number", %claims}));
        is $sockets->open($nginx->port, '/socket', $cookie), 'open', "$name: opened";
        push @all, $cookie;
        return $number++;
    };
    my $bystander = $open->(sub => 'other', sid => 'o', tenant => 't2', iat => $start + 1);
    my $admin = Admin->new($nginx, '/admin');
    my $ends = sub {
        my ($socket, $reason) = @_;
        is $sockets->event($socket), 'closed 1006', "$name: $reason";
        like $nginx->log, qr/ended: reason=$reason /, "$name: the log says $reason";
        $nginx->forget_log;
        is $sockets->say($bystander, 'x'), 'said other: x', "$name: $reason: not the others";
    };

    my $socket = $open->(sub => 'a', sid => 's');
    is $admin->send(POST => '/revoke', {user => 'a', id => 's', exp => time + 60})->status, 200, "$name: a session is revoked";
    $ends->($socket, 'revoked');
    $socket = $open->(sub => 'a', sid => 's2');
    $admin->send(POST => '/revoke', {user => 'a', id => 'j' . ($number - 1), exp => time + 60});
    $ends->($socket, 'revoked');
    my @two = map { $open->(sub => 'b', sid => "s$_") } 1 .. 2;
    like $admin->send(PUT => '/users/b/stale', '{"deleted":true}', 'Content-Type: application/json')->status, qr/^20/,
        "$name: a user is marked";
    $ends->($two[0], 'stale');
    is $sockets->event($two[1]), 'closed 1006', "$name: all sessions of the user";
    $nginx->forget_log;
    $socket = $open->(sub => 'c', sid => 's', iat => $start - 10);
    $admin->send(POST => '/epoch', {before => $start - 5, tenant => 't1'});
    $ends->($socket, 'epoch');
    $socket = $open->(sub => 'd', sid => 's', iat => $start - 10, tenant => 't3');
    $admin->send(POST => '/epoch', {before => $start - 5});
    $ends->($socket, 'epoch');
    $socket = $open->(sub => 'e', sid => 's');
    is $nginx->post('/logout', $all[-1])->status, 200, "$name: a logout";
    $ends->($socket, 'revoked');
    $socket = $open->(sub => 'f', sid => 's', exp => time + 5);
    $ends->($socket, 'expired');
    undef $sockets;
    $nginx->quit;
    $store->{redis}->cli('FLUSHALL') if $store->{redis};
}

each_store(sub {
    my ($store) = @_;
    play($store, '', 'cached');
    play($store, 'revocation strict;', 'strict');
});

done;
