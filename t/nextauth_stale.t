# A site with NextAuth or Auth.js whose database is reseeded: a stale user's cookie, every chunk of it, is deleted as it
# was set, the browser sent to sign in.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;
use NextCookies;

new_key('v1');
my $redis = RedisServer->new;
my %library = (nextauth => \&nextauth, authjs => \&authjs);
my %name = (nextauth => 'next-auth.session-token', authjs => 'authjs.session-token');
my %secure = map { $_ => "__Secure-$name{$_}" } keys %name;
my $nginx = Nginx->new(
    realms => {map {
        $_ => "key v1 file=v1.key; cookie $secure{$_} samesite=lax; login /api/auth/signin return=callbackUrl;
            token cookie=$secure{$_} format=$_; token cookie=$name{$_} format=$_;
            revocation strict; @{[ $redis->directives ]}"
    } keys %name},
    backend => login_backend(),
    http => 'large_client_header_buffers 4 48k;',
    locations => join '', map {
        "location /$_/ { auth_session $_; proxy_pass http://backend; }
         location = /$_/signout { session_issue $_; proxy_pass http://backend; }"
    } keys %name,
);
# The attributes with which both libraries set their cookies.
my %gone = (value => '', path => '/', 'max-age' => 0, expires => 'Thu, 01 Jan 1970 00:00:00 GMT', secure => '',
    httponly => '', samesite => 'Lax');

for my $format (sort keys %library) {
    my ($login, $chunks, $other) = $library{$format}->({secure => 1, user => '7'},
        {secure => 1, user => '7', claims => {text => long_text(8000)}}, {user => '8'});
    my $page = "/$format/admin?tab=users&page=2";
    my $sent_to = "/api/auth/signin?callbackUrl=%2F$format%2Fadmin%3Ftab%3Dusers%26page%3D2";
    is $nginx->navigate($page, jar($_))->answer, '200 valid', "$format: before" for $login, $chunks, $other;

    # The user is gone.
    $redis->cli('SET', 'session:stale:{7}', '*');
    for my $session ($login, $chunks) {
        my $count = keys %$session;
        my $response = $nginx->navigate($page, jar($session));
        is $response->status, 302, "$format: $count cookies: sent to sign in";
        is $response->header('Location') =~ s{^http://[^/]+}{}r, $sent_to, "$format: and back";
        is_deeply set_cookies($response), {map { $_ => \%gone } keys %$session}, "$format: $count deleted as set";
        $response = $nginx->get($page, jar($session));
        is $response->answer, '401 stale', "$format: a program is told";
        is_deeply set_cookies($response), {map { $_ => \%gone } keys %$session}, "$format: its cookies go too";
    }
    like $nginx->log, qr/realm "$format" rejected: reason=stale user="7"/, "$format: the log tells whom";
    is $nginx->navigate($page, jar($other))->answer, '200 valid', "$format: others stay";
    $redis->cli('DEL', 'session:stale:{7}');

    # The database is reseeded: what was there before is out, who signs in again is in.
    $redis->cli('SET', 'session:epoch', time);
    is $nginx->get($page, jar($_))->answer, '401 epoch', "$format: reseeded" for $login, $chunks, $other;
    sleep 1.1;
    is $nginx->get($page, jar(scalar $library{$format}->({user => '8'})))->answer, '200 valid', "$format: a new one";
    $redis->cli('DEL', 'session:epoch');

    # The application ends a session; it alone begins one.
    my $response = $nginx->get("/$format/signout", grants({end => 'current'}), jar($chunks));
    is $response->status, 200, "$format: the application says that the session ends";
    is_deeply [sort keys %{set_cookies($response)}], [sort keys %$chunks], "$format: every chunk is deleted";
    is $nginx->get($page, jar($chunks))->answer, '401 revoked', "$format: it is out";
    is $nginx->get($page, jar($login))->answer, '200 valid', "$format: another of the user is not";
    $response = $nginx->get("/$format/signout", grants({user => '7'}));
    is $response->status, 500, "$format: a session that nginx could not make";
    is_deeply set_cookies($response), {}, "$format: no cookie";
    like $nginx->log, qr/no session of user="7": "cookie" is read as encrypted/, "$format: the log tells why";
}

done;
