# nextjs-reseed.conf: the database is reseeded, and cookies that NextAuth and Auth.js made outlive the users they name.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Example;
use Logins;
use NextCookies;

new_key($_) for qw(v1 v2);
mkdir folder() . '/session';
write_file('session/auth-secret', read_file(folder() . '/v1.key') . "\n");
my $redis = RedisServer->new;
my $text = read_file("$FindBin::Bin/../conf-examples/nextjs-reseed.conf");
my $authjs = $text =~ s/^ +(?:cookie|token) .*next-auth.*\n//mgr =~ s/^ +\K# (?=(?:cookie|token) )//mgr;
my $cleared = {success => JSON::PP::true, message => 'Session cleared successfully'};
my $origin = 'Origin: https://localhost';
my @page = ('Sec-Fetch-Mode: navigate');
my @guarded = qw(/admin /admin/users /api/admin/x /api/site-customization /api/upload);

for my $library (['NextAuth', \&nextauth, $text], ['Auth.js', \&authjs, $authjs]) {
    my ($name, $of, $configuration) = @$library;
    my $nginx = Example->new(text => $configuration, redis => $redis, echo => '$http_x_user|$http_cookie|$request_uri');
    my $reason = sub { $nginx->get('/admin', jar($_[0]))->json->{reason} // '' };
    my ($user, $large, $other, $named) = $of->({secure => 1}, {secure => 1, claims => {text => long_text(5000)}},
        {secure => 1, user => '43'}, {secure => 1, user => '44', claims => {sid => 'kept'}});

    # Four places, and no others.
    is $nginx->get($_)->json->{reason}, 'missing', "$name: $_ is closed" for @guarded;
    is $nginx->get($_)->status, 200, "$name: $_ is open" for qw(/ /administration /api/uploads /api/other);
    for my $login ($user, $large) {
        like $nginx->get($_, jar($login))->body, qr/^42\|/, "$name: $_ with " . keys(%$login) . ' cookies' for @guarded;
    }
    cmp_ok scalar keys %$large, '>', 1, "$name: a large session has chunks";
    is $nginx->get('/admin', jar(scalar $of->({secure => 1, key => 'v2'})))->status, 401, "$name: another site's secret";
    my $health = sub { $nginx->get('/api/auth/session-health', jar($_[0]))->json };
    ok $health->($user)->{authenticated}, "$name: health";

    # A user who is gone.
    $redis->cli('SET', 'session:stale:{42}', '*');
    eventually { $reason->($user) eq 'stale' } 5, "$name: the API is told";
    for my $login ($user, $large) {
        my $stale = $nginx->get('/admin/users?tab=2', jar($login), @page);
        is $stale->status, 302, "$name: the browser is sent";
        is $stale->header('Location') =~ s{^https://[^/]+}{}r,
            '/auth/signin?callbackUrl=%2Fadmin%2Fusers%3Ftab%3D2&reason=stale', "$name: to sign in, with where it was and why, and nothing else";
        my $gone = set_cookies($stale);
        is_deeply [sort keys %$gone], [sort keys %$login], "$name: the cookie is cleared, every chunk";
        is_deeply [map { @{$gone->{$_}}{qw(value path max-age secure httponly samesite)} } keys %$gone],
            [('', '/', 0, '', '', 'Lax') x keys %$gone], "$name: by the attributes it was set with";
    }
    like $nginx->log, qr/rejected: reason=stale user="42"/, "$name: the log names the user";
    is $nginx->get('/', jar($user))->status, 200, "$name: other pages stay as they are";
    is $reason->($other), '', "$name: and other users";
    is_deeply [@{$health->($user)}{qw(authenticated reason)}], [JSON::PP::false, 'stale'], "$name: health tells why";

    # The place where cookies are written anew.
    my $session = $nginx->get('/api/auth/session', jar($user));
    is $session->body, '||/api/auth/session', "$name: who is out is a visitor to the application";
    is_deeply [keys %{set_cookies($session)}], [keys %$user], "$name: whose cookie is cleared";
    is $nginx->get('/api/auth/session')->body, '||/api/auth/session', "$name: as one without a cookie";
    like $nginx->get('/api/auth/session', jar($other))->body, qr/^43\|.*session-token=/, "$name: others get their session";
    $redis->cli('DEL', 'session:stale:{42}');
    eventually { $reason->($user) eq '' } 5, "$name: the mark is taken back";

    # After a reseed one command.
    sleep 1.1;
    my $again = $of->({secure => 1, user => '43', cookies => $other});
    my ($command) = $text =~ /^#   redis-cli (SET session:epoch) \$\(date \+%s\)$/m;
    $redis->cli(split(/ /, $command), time);
    eventually { $reason->($user) eq 'epoch' } 5, "$name: a reseed ends the older sessions";
    is $reason->($_), 'epoch', "$name: all of them" for $large, $other, $again, $named;
    is $nginx->get('/api/auth/session', jar($again))->body, '||/api/auth/session', "$name: none is written anew";
    sleep 1.1;
    my $fresh = $of->({secure => 1});
    is $reason->($fresh), '', "$name: who signs in again is in";
    $redis->cli('DEL', 'session:epoch');
    eventually { $reason->($named) eq '' } 5, "$name: taken back";

    # Clearing a session.
    is_deeply $nginx->post('/api/auth/clear-session')->json, $cleared, "$name: no session to clear";
    my $out = $nginx->post('/api/auth/clear-session', jar($large), $origin);
    is_deeply $out->json, $cleared, "$name: a session is cleared";
    is_deeply [sort keys %{set_cookies($out)}], [sort keys %$large], "$name: every chunk";
    is_deeply $nginx->post('/api/auth/clear-session', jar($large), $origin)->json, $cleared, "$name: and again";
    my $renamed = $of->({secure => 1, user => '44', cookies => $named});
    $nginx->post('/api/auth/clear-session', jar($named), $origin);
    is $reason->($renamed), 'revoked', "$name: with an ID that stays, also as it was written anew";

    # Redis is away.
    $redis->cli('SET', 'session:stale:{43}', '*');
    eventually { $reason->($other) eq 'stale' } 5, "$name: a mark that nginx has seen";
    $redis->stop;
    is $reason->($other), 'stale', "$name: counts while Redis is away";
    is $nginx->get('/admin', jar($fresh))->status, 200, "$name: others are let through";
    cmp_ok $nginx->get('/session-status')->json->{realms}{site}{unchecked}, '>=', 1, "$name: which is counted";
    like $nginx->log, qr/let through unchecked: user="42"/, "$name: and logged";
    ok $nginx->reload(text => $configuration =~ s/^ +store_error allow;\n//mr), "$name: without that line";
    is $nginx->get('/admin', jar($fresh))->json->{reason}, 'store', "$name: they get 503";
    $redis->start;
}

done;
