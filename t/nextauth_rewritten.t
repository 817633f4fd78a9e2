# Both libraries write the cookie anew when a page asks for its session, with another jti and iat: what ends such a
# session for good, and a guard before the place where it is written.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;
use NextCookies;
use Sessions ();

new_key('v1');
my $redis = RedisServer->new;
my %library = (nextauth => \&nextauth, authjs => \&authjs);
my %name = (nextauth => '__Secure-next-auth.session-token', authjs => '__Secure-authjs.session-token');
my $nginx = Nginx->new(
    realms => {map {
        $_ => "key v1 file=v1.key; cookie $name{$_} samesite=lax; token cookie=$name{$_} format=$_;
            revocation strict; @{[ $redis->directives ]}"
    } keys %name},
    echo => '$session_id|$session_claim_iat|$session_claim_jti',
    backend => 'location / { return 200 $http_x_echo; }
        location = /api/auth/session { return 200 "user $http_cookie"; }',
    locations => join '', map {
        "location /$_ { auth_session $_; proxy_pass http://backend; }
         location = /$_/session { auth_session $_; error_page 401 = \@nobody_$_;
             proxy_pass http://backend/api/auth/session; }
         location \@nobody_$_ { rewrite ^ /api/auth/session break; proxy_set_header Cookie \"\";
             proxy_pass http://backend; }"
    } keys %name,
);

for my $format (sort keys %library) {
    my $of = $library{$format};
    my ($plain, $named) = $of->({secure => 1}, {secure => 1, user => '43', claims => {sid => 'kept'}});
    my $seen = sub { [split /\|/, $nginx->get("/$format", jar($_[0]))->body] };
    my $reason = sub { $nginx->get("/$format", jar($_[0]))->reason };
    sleep 1.1;
    my ($again, $named_again) = $of->(map { {secure => 1, cookies => $_} } $plain, $named);

    my ($before, $after) = map { $seen->($_) } $plain, $again;
    isnt $after->[2], $before->[2], "$format: another jti";
    cmp_ok $after->[1], '>', $before->[1], "$format: and a later iat";
    is $seen->($_)->[0], 'kept', "$format: a sid of the application stays" for $named, $named_again;

    $redis->cli('SET', "session:revoked:{42}:$before->[2]", 1);
    is join(' ', map { $reason->($_) } $plain, $again), 'revoked valid', "$format: a jti is of one token";
    $redis->cli('SET', 'session:revoked:{43}:kept', 1);
    is join(' ', map { $reason->($_) } $named, $named_again), 'revoked revoked', "$format: a sid of all of them";
    $redis->cli('SET', 'session:stale:{42}', $before->[1]);
    is join(' ', map { $reason->($_) } $plain, $again), 'revoked valid', "$format: a time is of those before it";
    $redis->cli('SET', 'session:stale:{42}', '*');
    is join(' ', map { $reason->($_) } $plain, $again), 'revoked stale', "$format: the user's end is of all";

    # The guard: who is out is nobody to the application, and no cookie is written anew.
    my $response = $nginx->get("/$format/session", jar($again));
    is $response->status, 200, "$format: the place answers";
    is $response->body, 'user ', "$format: as to nobody";
    is_deeply [keys %{Sessions::cookies_of($response)}], [$name{$format}], "$format: the cookie is deleted";
    is $nginx->get("/$format/session")->body, 'user ', "$format: as without a cookie";
    $redis->cli('DEL', 'session:stale:{42}', 'session:revoked:{43}:kept');
    like $nginx->get("/$format/session", jar($again))->body, qr/^user \Q$name{$format}=/, "$format: who is in stays";
}

done;
